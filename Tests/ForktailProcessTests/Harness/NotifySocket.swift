import Glibc

/// The service manager's end of sd_notify(3).
final class NotifySocket {
    private let socket: Int32
    private var received: [String] = []

    /// Listens at a path, or at a name of the abstract name space that begins with `@`.
    init(_ path: String) throws {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socket = Glibc.socket(AF_UNIX, type, 0)
        let result = Address.unix(path: path).withSocketAddress { bind(socket, $0, $1) }
        guard result == 0 else { throw TestFailure("bind \(path): errno \(errno)") }
    }

    deinit {
        close(socket)
    }

    /// Every line that has come so far.
    var lines: [String] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                recv(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { return received }
            let message = String(decoding: buffer.prefix(count), as: UTF8.self)
            received += message.split(separator: "\n").map(String.init)
        }
    }
}
