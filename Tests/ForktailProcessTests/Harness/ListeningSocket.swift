import Glibc

/// A socket that a test listens at, to give it to a server: what a socket unit of systemd does.
final class ListeningSocket {
    /// Above 255, so that the server's command finds it: `ChildProcess.Command.inherited`.
    let descriptor: Int32
    let address: Address

    /// Listens at a path, or at any free port.
    init(path: String? = nil) throws {
        let wanted = path.map { Address.unix(path: $0) } ?? .tcp(port: 0)
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(wanted.family, type, 0)
        defer { close(socket) }
        let result = wanted.withSocketAddress { bind(socket, $0, $1) }
        guard result == 0, listen(socket, 128) == 0 else {
            throw TestFailure("listening socket: errno \(errno)")
        }
        address = path == nil ? .tcp(port: Self.port(of: socket)) : wanted
        descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 300)
    }

    deinit {
        close(descriptor)
    }

    private static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
