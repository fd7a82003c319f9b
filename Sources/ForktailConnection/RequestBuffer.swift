@_spi(inlined) import ForktailHTTP
import ForktailValues

/// The bytes of a request, up to the end of its body, and what is known of them.
///
/// A connection has one from the first byte of a request to the end of its exchange.
package final class RequestBuffer {
    /// What is known of the body.
    enum Progress {
        /// More will come.
        case incomplete
        /// The body is there; nil where the request has none.
        case complete(BufferedBody?)
        /// The client waits for `100 Continue`, RFC 9110 section 10.1.1.
        case awaited
        /// The body is too large to be received before the handler runs.
        case large
    }

    private(set) var storage: RequestStorage
    /// When the first byte came.
    private(set) var start = Instant(nanosecondsSinceBoot: 0)
    /// When the head was complete, or the client was told to send the body.
    private(set) var bodyStart = Instant(nanosecondsSinceBoot: 0)
    /// When the last byte came, or the client was told to send the body.
    private(set) var lastReceived = Instant(nanosecondsSinceBoot: 0)
    let rules: ConnectionRules
    private(set) var parser: RequestHeadParser
    /// The exchange of the last request, to be used again.
    private var spare: Exchange?
    private var decoder: ChunkedDecoder?
    private var decoded: [UInt8] = []
    /// Where its ids come from, once it has made one.
    private var ids: RequestIDGenerator?
    /// Where the request ends, as far as is known.
    private(set) var end = 0

    init(_ rules: ConnectionRules) {
        self.rules = rules
        storage = Self.makeStorage(rules)
        parser = RequestHeadParser(limits: rules.limits, headerMap: rules.headerMap)
    }

    private static func makeStorage(_ rules: ConnectionRules) -> RequestStorage {
        RequestStorage(capacity: 4096, headerMap: rules.headerMap)
    }

    /// Forgets the request and gets ready for one of `client`.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - peer: The other end of the connection: the client, or a proxy.
    ///   - isSecure: Whether it speaks TLS, here or with a proxy in front.
    ///   - connection: What it has agreed on with this server.
    ///   - now: When the first byte came.
    func begin(
        for client: RemoteAddress,
        behind peer: RemoteAddress,
        isSecure: Bool,
        _ connection: SecureConnection?,
        at now: Instant
    ) {
        // A request that the application has kept stays as it is.
        if !isKnownUniquelyReferenced(&storage) || isLarge { storage = Self.makeStorage(rules) }
        storage.reset(for: client, behind: peer)
        if isSecure { storage.isSecure = true }
        if let connection { storage.secureConnection = connection }
        start = now
        lastReceived = now
        parser.reset()
        // A body that was refused leaves decoded bytes without a decoder.
        if decoder != nil || !decoded.isEmpty {
            decoder = nil
            decoded = []
        }
        end = 0
    }

    /// Returns an exchange for the next request.
    func takeExchange() -> Exchange {
        // The thread of a handler that is stuck may still hold the last one.
        isKnownUniquelyReferenced(&spare) ? spare.take() ?? Exchange() : Exchange()
    }

    /// Keeps an exchange that is over for the next request.
    func keep(_ exchange: consuming Exchange) { spare = exchange }

    /// Whether it has grown so much that its memory is given back.
    var isLarge: Bool { storage.bytes.capacity > Self.keptCapacity }

    private static let keptCapacity = 16_384

    /// How many bytes of the request have come.
    var count: Int { storage.bytes.count }

    func append(_ bytes: Span<UInt8>, at now: Instant) {
        storage.bytes.append(bytes)
        lastReceived = now
    }

    /// Notes that `100 Continue` is sent: the client's time for the body begins.
    func noteContinued(at now: Instant) {
        bodyStart = now
        lastReceived = now
    }

    /// Takes off the PROXY header at the start of a connection.
    ///
    /// - Returns: Whether the header was complete.
    /// - Throws: Why it is none.
    func takeProxyHeader(_ parser: ProxyHeaderParser) throws(ProxyFault) -> Bool {
        let result = try storage.bytes.withSpan { (bytes) throws(ProxyFault) in
            try parser.parse(bytes)
        }
        switch result {
        case .incomplete: return false
        case .absent: throw .missing
        case .complete(let header):
            storage.bytes.removeFirst(header.length)
            storage.remoteAddress = header.source ?? storage.remoteAddress
            if header.isSecure { storage.isSecure = true }
            return true
        }
    }

    /// Looks for the end of the head.
    ///
    /// - Returns: Whether the head is complete.
    /// - Throws: The first fault.
    func parseHead(at now: Instant) throws(RequestFault) -> Bool {
        let storage = storage
        let isComplete = try storage.bytes.withSpan { (bytes) throws(RequestFault) in
            try parser.parse(bytes, into: &storage.head)
        }
        guard isComplete else { return false }
        if rules.givesIDs { setID() }
        try storage.takeForwardedFields(isTrusted: rules.isTrusted)
        try storage.checkScheme()
        bodyStart = now
        end = storage.head.length
        return true
    }

    /// Gives the request the id that a trusted peer has sent, or a new one.
    private func setID() {
        if rules.trustsIDs, rules.isTrusted(storage.remoteAddress),
            let id = Request(storage, body: .empty)[.requestID], RequestIDGenerator.accepts(id)
        {
            storage.id = id
        } else {
            var generator = ids ?? RequestIDGenerator(randomNumber: rules.randomNumber)
            storage.id = generator.next()
            ids = generator
        }
    }

    /// Looks for the end of the body.
    ///
    /// - Throws: The first fault of a chunked body.
    func parseBody() throws(RequestFault) -> Progress {
        switch storage.head.framing {
        case .none, .length(0):
            return .complete(nil)
        case .length(let length):
            guard UInt64(count - storage.head.length) >= length else { return partOfBody }
            end = storage.head.length + Int(length)
            return .complete(BufferedBody(storage.bytes.array(storage.head.length..<end)))
        case .chunked:
            return try decode()
        }
    }

    private func decode() throws(RequestFault) -> Progress {
        var decoder = decoder ?? ChunkedDecoder(limits: rules.limits)
        end += try storage.bytes.withSpan { (bytes) throws(RequestFault) in
            try decoder.decode(bytes.extracting(end...), upTo: .max, into: &decoded)
        }
        self.decoder = decoder
        guard decoder.isComplete else { return partOfBody }
        return .complete(BufferedBody(decoded, trailers: decoder.trailers))
    }

    private var partOfBody: Progress {
        let received = count - storage.head.length
        if received >= rules.bodyBufferSize { return .large }
        guard storage.head.expectsContinue, received == 0 else { return .incomplete }
        return isDeclaredLarge ? .large : .awaited
    }

    /// Whether the head says that the body is too large to wait for, so that the handler can spare
    /// the client from sending it.
    private var isDeclaredLarge: Bool {
        guard case .length(let length) = storage.head.framing else { return false }
        return length > rules.bodyBufferSize
    }

    /// What was received behind the head.
    var bytesBehindHead: [UInt8] { storage.bytes.array(storage.head.length..<count) }

    /// Whether something was received behind the request.
    var hasRest: Bool { count > end }

    /// What was received behind the request.
    var rest: [UInt8] { hasRest ? storage.bytes.array(end..<count) : [] }
}
