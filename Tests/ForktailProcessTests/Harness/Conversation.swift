/// A connection on which one request follows the other, and the answers come in that order.
final class Conversation {
    let client: Client
    private var received: [UInt8] = []

    convenience init(_ address: Address, timeout: Duration = longestWait) throws {
        self.init(try Client(address, timeout: timeout))
    }

    /// Talks on a connection that nothing was received on.
    init(_ client: Client) {
        self.client = client
    }

    /// A request that lets the connection live on.
    static func request(
        _ path: String,
        method: String = "GET",
        _ fields: KeyValuePairs<String, String> = [:],
        body: String = ""
    ) -> String {
        var lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        if !body.isEmpty { lines += "Content-Length: \(body.utf8.count)\r\n" }
        return "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n\(body)"
    }

    func send(_ text: String) throws {
        try client.send(text)
    }

    /// Asks for something and waits for the answer.
    func ask(
        _ path: String,
        method: String = "GET",
        _ fields: KeyValuePairs<String, String> = [:],
        body: String = ""
    ) throws -> Reply {
        try send(Self.request(path, method: method, fields, body: body))
        return try reply(toHead: method == "HEAD")
    }

    /// Reads the next answer, and leaves what comes behind it.
    func reply(toHead isHead: Bool = false) throws -> Reply {
        while true {
            if let length = Reply.length(in: received, isHead: isHead),
                let reply = Reply(Array(received.prefix(length)), isHead: isHead)
            {
                received.removeFirst(length)
                return reply
            }
            let more = try client.read()
            guard !more.isEmpty else { throw ConnectionFault.short }
            received += more
        }
    }

    /// Waits for the end of the connection, before which nothing may come.
    func expectEnd() throws {
        let rest = try received + client.readToEnd()
        guard rest.isEmpty else {
            throw TestFailure("before the end came: \(String(decoding: rest, as: UTF8.self))")
        }
    }

    /// Whether nothing of an answer has come.
    var hasNothing: Bool { received.isEmpty }

    /// Whether the server has ended its side behind the last answer.
    var hasEnded: Bool { received.isEmpty && client.hasEnded }

    /// Whether nothing has come behind the last answer, nor the connection's end.
    var isSilent: Bool { received.isEmpty && client.isSilent }
}

extension Reply {
    /// How long the first answer in bytes is; nil where its end has not come, or is that of the
    /// connection.
    static func length(in bytes: [UInt8], isHead: Bool) -> Int? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
        guard !isHead else { return end }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
            .split(separator: "\r\n")
        // An interim answer has no body.
        if lines.first?.hasPrefix("http/1.1 1") == true { return end }
        if lines.contains("transfer-encoding: chunked") { return chunksEnd(in: bytes, from: end) }
        let field = lines.first { $0.hasPrefix("content-length: ") }
        guard let length = field.flatMap({ Int($0.dropFirst(16)) }), bytes.count >= end + length
        else { return nil }
        return end + length
    }

    private static func chunksEnd(in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while let line = bytes[position...].firstRange(of: Array("\r\n".utf8)) {
            let digits = String(decoding: bytes[position..<line.lowerBound], as: UTF8.self)
            guard let size = Int(digits, radix: 16) else { return nil }
            position = line.upperBound + size + 2
            guard position <= bytes.count else { return nil }
            if size == 0 { return position }
        }
        return nil
    }
}
