import CForktail
import Glibc

/// The socket at which a program reports its state: sd_notify(3).
///
/// Its name is abstract, so that programs with another root directory or user reach it, too.
package struct NotifySocket: ~Copyable {
    private let socket: FileDescriptor
    /// The value of NOTIFY_SOCKET.
    package let address: String

    /// Makes a socket with a name that can't be guessed.
    package init() throws(Errno) {
        let name = "\(Self.prefix)\(String(UInt64.random(in: .min ... .max), radix: 16))"
        socket = FileDescriptor(owning: try check { forktail_notify_socket(name) })
        address = "@\(name)"
    }

    /// Whether an address is that of a socket made here, in this process or another.
    package static func isOwn(_ address: String) -> Bool { address.hasPrefix("@\(prefix)") }

    private static let prefix = "forktail-"

    /// The descriptor's number.
    package var number: CInt { socket.rawValue }

    /// Receives the next message that was sent by one of the users, without waiting.
    ///
    /// - Parameter users: The user ids whose messages count.
    /// - Returns: Its lines, such as `READY=1`; nil where there is no message.
    package func receive(from users: [UInt32]) -> [String]? {
        // EAGAIN, the only failure of an open socket, means that there is no message.
        while let (text, user) = receive() {
            if users.contains(user) { return text.split(separator: "\n").map(String.init) }
        }
        return nil
    }

    private func receive() -> (String, UInt32)? {
        var user = UInt32.max
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.limit) { buffer, filled in
            count = forktail_receive_notification(
                socket.rawValue,
                buffer.baseAddress,
                Self.limit,
                &user
            )
            filled = max(count, 0)
        }
        guard count >= 0 else { return nil }
        return (String(decoding: bytes, as: UTF8.self), user)
    }

    /// More than any program sends; the rest of a longer message is dropped.
    private static let limit = 4096
}
