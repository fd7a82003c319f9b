import Glibc

/// A socket that a test listens at, to give it to a server: what a socket unit of systemd does.
final class ListeningSocket {
    /// Above 255, so that the server's command finds it: `ChildProcess.Command.inherited`.
    let descriptor: Int32
    let address: Address

    /// Listens at a path, or at any free port.
    convenience init(path: String? = nil) throws {
        try self.init(path.map { .unix(path: $0) } ?? .tcp(port: 0))
    }

    private init(_ wanted: Address) throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(wanted.family, type, 0)
        defer { close(socket) }
        let result = wanted.withSocketAddress { bind(socket, $0, $1) }
        guard result == 0, listen(socket, 128) == 0 else {
            throw TestFailure("listening socket: errno \(errno)")
        }
        address = wanted == .tcp(port: 0) ? .tcp(port: Self.port(of: socket)) : wanted
        descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 300)
    }

    deinit {
        close(descriptor)
    }

    /// A port that is free and that the kernel doesn't give to clients or for port 0, so that it
    /// stays free while other tests run.
    static func unusedPort() throws -> UInt16 {
        try eventually("an unused port") {
            let port = UInt16.random(in: 20_000..<32_000)
            return (try? ListeningSocket(.tcp(port: port))) == nil ? nil : port
        }
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
