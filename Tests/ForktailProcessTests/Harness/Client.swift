import Glibc

/// A connection to a server, as raw as the kernel offers it; no call waits for ever.
final class Client {
    private var socket: Int32
    /// TLS, where the address asks for it.
    private(set) var tls: TLSClient?

    /// Connects; with TLS, `before` is sent as it is before the handshake.
    init(
        _ address: Address,
        timeout: Duration = longestWait,
        before: [UInt8] = []
    ) throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socket = Glibc.socket(address.family, type, 0)
        guard socket >= 0 else { throw ConnectionFault(errno: errno) }
        setTimeout(timeout)
        let result = address.withSocketAddress { connect(socket, $0, $1) }
        guard result == 0 else {
            let fault = ConnectionFault(errno: errno)
            close(socket)
            socket = -1
            throw fault
        }
        guard case .tls = address else { return }
        do {
            if !before.isEmpty { try send(before) }
            tls = try TLSClient(socket)
        } catch {
            close(socket)
            socket = -1
            throw error
        }
    }

    deinit {
        closeSocket()
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        if let tls { return try tls.write(bytes) }
        try sendRaw(bytes)
    }

    /// Sends bytes as they are, also on a connection with TLS.
    func sendRaw(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw ConnectionFault(errno: errno) }
            sent += count
        }
    }

    /// Reads what comes next; empty at the end.
    func read(upTo count: Int = 65_536) throws -> [UInt8] {
        if let tls { return try tls.read(upTo: count) }
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ConnectionFault(errno: errno) }
            return Array(buffer.prefix(count))
        }
    }

    /// Reads until a text has come.
    func expect(_ text: String) throws {
        var seen = ""
        while !seen.contains(text) {
            let bytes = try read()
            guard !bytes.isEmpty else { throw TestFailure("the end instead of \(text)") }
            seen += String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Reads until the end.
    func readToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read()
            guard !more.isEmpty else { return bytes }
            bytes += more
        }
    }

    /// Reads one answer, up to its own end or that of the connection.
    func reply(toHead isHead: Bool = false) throws -> Reply {
        var bytes: [UInt8] = []
        while true {
            let more = try read()
            bytes += more
            if let reply = Reply(bytes, isHead: isHead), reply.isDelimited || more.isEmpty {
                return reply
            }
            if more.isEmpty { throw ConnectionFault.short }
        }
    }

    /// Our port, by which a connection is known at both ends.
    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Whether nothing has come yet.
    var isSilent: Bool {
        if let tls { return tls.peek() == .nothing }
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        return recv(socket, &byte, 1, flags) < 0 && errno == EAGAIN
    }

    /// Whether the server has ended its side, and nothing came before that.
    var hasEnded: Bool {
        if let tls { return tls.peek() == .end }
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }

    /// Ends our side.
    func endSending() {
        tls?.end()
        endSendingRaw()
    }

    /// Ends our side without close_notify.
    func endSendingRaw() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// Ends the connection by a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        closeSocket()
    }

    func closeSocket() {
        guard socket >= 0 else { return }
        tls = nil
        close(socket)
        socket = -1
    }

    private func setTimeout(_ timeout: Duration) {
        let (seconds, attoseconds) = timeout.components
        var limit = timeval(
            tv_sec: Int(seconds),
            tv_usec: Int(attoseconds / 1_000_000_000_000)
        )
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
}

extension Client {
    /// Asks for something and waits for the whole answer.
    static func get(
        _ path: String,
        at address: Address,
        method: String = "GET",
        timeout: Duration = longestWait
    ) throws -> Reply {
        let client = try Client(address, timeout: timeout)
        try client.send(request(path, method: method))
        return try client.reply(toHead: method == "HEAD")
    }

    /// Sends bytes and reads what is answered.
    static func exchange(_ text: String, with address: Address) throws -> Reply {
        let client = try Client(address)
        try client.send(text)
        return try client.reply()
    }

    static func request(_ path: String, method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    }
}
