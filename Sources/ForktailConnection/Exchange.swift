package import ForktailHTTP
package import ForktailValues

/// A request and its response, from the end of the request head to the line in the access log.
///
/// It is separate from its connection, which carries one after the other; its buffer keeps it for the
/// next request (`RequestBuffer.takeExchange`) once nothing else holds it.
package final class Exchange {
    /// When the first byte of the request came.
    package private(set) var start = Instant(nanosecondsSinceBoot: 0)
    /// When the request had come as far as its handler needs it; nil where it is refused before.
    private var queuedAt: Instant?
    /// How long the request then waited for the loop of its worker or for a thread; nil where that is
    /// not known.
    package var queueTime: Duration? {
        guard let queuedAt, let handlerStart else { return nil }
        return max(.zero, handlerStart - queuedAt)
    }

    /// When its handler first began.
    private var handlerStart: Instant?
    /// The client that asked.
    package private(set) var client = RemoteAddress.unix
    /// The other end of its connection, which may be a proxy; nil where no request was received.
    package var peer: RemoteAddress? { buffer?.storage.peer }
    /// The request; nil where not even its first line could be read.
    package internal(set) var request: Request?
    /// The received bytes of the request; nil where there is none.
    package var storage: RequestStorage? { request?.storage }
    private var answer = Answer.missing
    /// Whether the method is HEAD, whose response has no body.
    package private(set) var isHead = false
    /// What a thread would be needed for; nil where none is.
    package private(set) var threadUse: ThreadUse? = .body
    /// How many bytes of the response's body the socket has taken.
    package internal(set) var sentLength: UInt64 = 0
    /// Whether the client left before it got anything of the response.
    package internal(set) var clientLeft = false
    /// How many bytes of the request were received; what came behind it is not among them.
    package var receivedLength: Int {
        guard let buffer else { return 0 }
        if let body { return buffer.storage.head.length + body.receivedLength }
        return isWhole ? buffer.end : buffer.count
    }

    /// The bytes of the request, with those of the next one behind it.
    var buffer: RequestBuffer?
    /// The body, where it is received while the handler runs.
    var body: LiveBody?
    var output = ResponseOutput()
    /// Whether the whole request was received before the handler runs, or it is refused.
    private(set) var isWhole = false
    /// Whether the worker lets another request follow.
    var mayKeep = false
    /// Whether another request follows.
    var keepsConnection = false
    /// When the socket last took something.
    var lastProgress = Instant(nanosecondsSinceBoot: 0)
    /// Since when the stream has returned nothing but empty pieces.
    var emptySince: Instant?

    /// Begins the exchange of a request.
    ///
    /// - Parameters:
    ///   - request: The request, as far as it could be read.
    ///   - buffer: The bytes of the request.
    ///   - isWhole: Whether it has a body, or none, or is refused.
    ///   - queuedAt: When it began to wait for its handler; nil where it is refused.
    /// - Returns: The buffer's exchange, set back to its beginning.
    static func begin(
        _ request: consuming Request?,
        in buffer: consuming RequestBuffer,
        isWhole: Bool,
        queuedAt: Instant? = nil
    ) -> Exchange {
        let exchange = buffer.takeExchange()
        exchange.queuedAt = queuedAt
        exchange.handlerStart = nil
        exchange.start = buffer.start
        exchange.lastProgress = buffer.start
        exchange.client = buffer.storage.remoteAddress
        exchange.isHead = request?.storage.isHead ?? false
        exchange.isWhole = isWhole
        exchange.request = request
        exchange.buffer = buffer
        return exchange
    }

    /// Notes that its handler begins.
    package func noteHandler(at now: Instant) {
        if handlerStart == nil { handlerStart = now }
    }

    /// Whether a handler gets the request.
    package var isForHandler: Bool { queuedAt != nil }

    /// Sets the response.
    package func setResponse(_ response: consuming Response) {
        switch response.body {
        case .bytes, .text, .file, .sequence: threadUse = nil
        case .stream, .streamWithTrailers: threadUse = isHead ? nil : .stream
        case .connection: threadUse = .connection
        }
        answer = .given(consume response)
    }

    /// Whether there is a response.
    package var hasResponse: Bool {
        switch answer {
        case .missing: false
        case .given: true
        }
    }

    /// The response; nil until there is one.
    package var response: Response? {
        switch answer {
        case .missing: nil
        case .given(let response): response
        }
    }

    /// Returns the next bytes of the body that the handler reads; none at its end.
    package func takePiece() throws(BodyError) -> [UInt8] {
        try body?.takePiece() ?? []
    }

    /// Lends the response to `body`, without a copy of it.
    func withResponse(_ body: (borrowing Response) -> Void) {
        switch exchange(&answer, with: .missing) {
        case .missing: preconditionFailure("no response")
        case .given(let response):
            body(response)
            answer = .given(response)
        }
    }

    /// The part of the file to send next; nil where the response has no file.
    package var filePart: (region: FileRegion, offset: UInt64, count: UInt64)? {
        guard case .file(let region, let offset) = output.source else { return nil }
        let rest = region.offset + region.length - offset
        return (region, offset, min(rest, ConnectionRules.filePartSize))
    }

    /// Asks the stream for its next piece; nil at its end.
    package func nextPiece() throws -> [UInt8]? {
        guard case .stream(let next) = output.source else { return nil }
        return try next()
    }

    /// The sequence that makes the next piece of the response; nil where none does.
    package var sequence: Response.ByteSequence? {
        guard case .sequence(let sequence) = output.source else { return nil }
        return sequence
    }

    /// What serves a connection that the application takes over, and the bytes that were received
    /// after the request.
    package var takeOver: (early: [UInt8], serve: (ByteStream) throws -> Void)? {
        guard case .connection(let serve) = output.source else { return nil }
        return (rest, serve)
    }

    /// Forgets the request and the response.
    ///
    /// - Returns: The buffer for the next request; nil where the exchange is over already.
    func end() -> RequestBuffer? {
        request = nil
        answer = .missing
        threadUse = .body
        sentLength = 0
        clientLeft = false
        body = nil
        output = ResponseOutput()
        emptySince = nil
        return buffer.take()
    }

    /// What was received behind the request.
    var rest: [UInt8] { body?.rest ?? buffer?.rest ?? [] }

    /// The status for the access log: 499 where the client left before it got anything, 503 where
    /// the worker gave it up.
    package var status: Int {
        if clientLeft { return 499 }
        switch answer {
        case .missing: return 503
        case .given(let response): return response.status.code
        }
    }

    /// The client and what it asked for, for log lines.
    package var summary: String { request?.summary ?? client.host }

    /// The response, if there is one; to destroy an optional that is nil takes seventy instructions.
    private enum Answer {
        case missing
        case given(Response)
    }

    /// Why a thread is needed.
    package enum ThreadUse: Sendable {
        /// To read a large body while it comes.
        case body
        /// To run a stream, which may wait.
        case stream
        /// To serve a connection that the application takes over.
        case connection
    }

    /// The fields after a body that is received while the handler runs; none before its end.
    package var trailers: HTTPFields { body?.trailers ?? [:] }

    /// Whether the whole request was received.
    var isRequestComplete: Bool { body?.isComplete ?? isWhole }

    /// What the crash handler may do while the handler has the request.
    var crashMark: CrashMark {
        output.hasBegun ? .reset : isHead ? .answerHead : .answer
    }

    /// Whether the client has sent something behind the request, or has not sent the request whole.
    var mayHaveMore: Bool {
        !isRequestComplete || request == nil || buffer?.hasRest == true
            || body?.rest.isEmpty == false
    }

    /// What the encoding of the response needs to know.
    var context: ResponseContext {
        ResponseContext(
            isHead: isHead,
            minorVersion: request?.storage.head.minorVersion ?? 1,
            persists: keepsConnection,
            isSecure: request?.secureConnection != nil
        )
    }
}

extension Request {
    /// The client and what it asked for, for log lines.
    package var summary: String {
        "\(remoteAddress.host) \(method) \(target)\(id.map { " (id \($0))" } ?? "")"
    }
}
