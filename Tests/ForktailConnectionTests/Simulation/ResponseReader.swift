// A client's strict reading of what one connection has sent, without the product's code.
//
// What ends neither by its length, nor by its last chunk, nor by an orderly close is not whole.

/// What a client makes of the bytes that a connection has sent.
struct ResponseReader {
    /// A final response.
    struct Reply {
        var status = 0
        /// The request that the handler says it answers.
        var id: Int?
        var saysClose = false
        var saysKeepAlive = false
        /// How many `100 Continue` came in front of it.
        var interims = 0
        var body: [UInt8] = []
        var hasTrailer = false
        var isWhole = false
    }

    /// What the client has asked for.
    struct Asked {
        var isHead = false
        var isConnect = false
    }

    struct Fault: Error {
        let reason: String
    }

    private enum Framing {
        case none, untilClose, chunked
        case length(Int)
    }

    private(set) var replies: [Reply] = []
    /// What came behind the head of a response that gave the connection to the application.
    private(set) var tunnel: [UInt8]?
    /// How many `100 Continue` came with no response behind them.
    private(set) var interims = 0
    /// Whether the bytes end within a head.
    private(set) var endsInHead = false

    private let bytes: [UInt8]
    private let isEnded: Bool
    private var position = 0
    private var framing = Framing.none

    /// Reads the bytes of a connection that was ended in an orderly way, or not (yet).
    init(_ bytes: [UInt8], isEnded: Bool, asked: [Asked]) throws(Fault) {
        self.bytes = bytes
        self.isEnded = isEnded
        while position < bytes.count, tunnel == nil {
            guard let reply = try readHead() else {
                endsInHead = true
                return
            }
            guard let reply = note(reply) else { continue }
            guard replies.count < asked.count else {
                throw Fault(reason: "a response \(reply.status) to no request")
            }
            try readBody(of: reply, asked[replies.count])
        }
    }

    /// Takes a `100 Continue`, or returns another response.
    private mutating func note(_ reply: Reply) -> Reply? {
        guard reply.status != 100 else {
            interims += 1
            return nil
        }
        var reply = reply
        reply.interims = interims
        interims = 0
        return reply
    }

    private mutating func readBody(of head: Reply, _ asked: Asked) throws(Fault) {
        var reply = head
        if reply.status == 101 || asked.isConnect && reply.status < 300 {
            tunnel = Array(bytes[position...])
            reply.isWhole = true
            replies.append(reply)
            return
        }
        guard reply.status >= 200 else { throw Fault(reason: "an interim \(reply.status)") }
        if asked.isHead || reply.status == 204 || reply.status == 304 { framing = .none }
        switch framing {
        case .none:
            reply.isWhole = true
        case .length(let count):
            let end = min(position + count, bytes.count)
            reply.body = Array(bytes[position..<end])
            reply.isWhole = end - position == count
            position = end
        case .untilClose:
            reply.body = Array(bytes[position...])
            reply.isWhole = isEnded
            position = bytes.count
        case .chunked:
            try readChunks(&reply)
        }
        replies.append(reply)
    }

    /// Reads chunks up to the last one, or to the end of the bytes.
    private mutating func readChunks(_ reply: inout Reply) throws(Fault) {
        while let line = readLine() {
            guard let size = Int(line, radix: 16), !line.hasPrefix("+") else {
                throw Fault(reason: "a chunk size \(line)")
            }
            guard size > 0 else { return readTrailers(&reply) }
            let end = min(position + size, bytes.count)
            reply.body += bytes[position..<end]
            position = end
            guard bytes.count - position >= 2 else { break }
            guard readLine() == "" else { throw Fault(reason: "a chunk without its end") }
        }
        position = bytes.count
    }

    private mutating func readTrailers(_ reply: inout Reply) {
        while let line = readLine() {
            if line.isEmpty {
                reply.isWhole = true
                return
            }
            reply.hasTrailer = true
        }
        position = bytes.count
    }

    /// Returns the next line without its end; nil where there is no end.
    private mutating func readLine() -> String? {
        var index = position
        while index + 1 < bytes.count {
            if bytes[index] == 13, bytes[index + 1] == 10 {
                let line = String(decoding: bytes[position..<index], as: UTF8.self)
                position = index + 2
                return line
            }
            index += 1
        }
        return nil
    }

    /// Reads status line and fields; nil where the head is cut.
    private mutating func readHead() throws(Fault) -> Reply? {
        let start = position
        guard let first = readLine() else { return nil }
        var reply = Reply()
        guard first.hasPrefix("HTTP/1.1 "), let status = Int(first.dropFirst(9).prefix(3)),
            first.utf8.count == 12 || first.utf8.dropFirst(12).first == 32
        else { throw Fault(reason: "a status line \(first)") }
        reply.status = status
        framing = .untilClose
        while let line = readLine() {
            if line.isEmpty { return reply }
            try read(field: line, &reply)
        }
        position = start
        return nil
    }

    private mutating func read(field line: String, _ reply: inout Reply) throws(Fault) {
        guard let colon = line.firstIndex(of: ":"), !line.hasPrefix(" ") else {
            throw Fault(reason: "a field line \(line)")
        }
        let value = String(line[colon...].dropFirst(2))
        switch line[..<colon] {
        case "Content-Length":
            guard case .untilClose = framing, let length = Int(value) else {
                throw Fault(reason: "a second framing \(line)")
            }
            framing = .length(length)
        case "Transfer-Encoding":
            guard case .untilClose = framing, value == "chunked" else {
                throw Fault(reason: "a second framing \(line)")
            }
            framing = .chunked
        case "Connection":
            reply.saysClose = value == "close"
            reply.saysKeepAlive = value == "keep-alive"
        case "X-Id": reply.id = Int(value)
        default: break
        }
    }
}
