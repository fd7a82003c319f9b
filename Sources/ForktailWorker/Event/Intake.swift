import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// What has come of a request, up to the end of its body.
///
/// Connections borrow one for as long as they have something of a request.
final class Intake {
    /// What the bytes are.
    enum Verdict {
        /// Only the beginning of a request.
        case incomplete
        /// A whole request, with its body.
        case complete(BufferedBody?)
        /// The head of a request whose body the client sends only when it is asked for.
        case awaited
        /// The head of a request whose body the application reads as it comes, because it is too
        /// large to wait for.
        case large
        /// No request.
        case refused(Refusal)
    }

    /// How much is known of the request.
    enum Stage {
        case head
        case body
    }

    private(set) var storage: RequestStorage
    private(set) var stage = Stage.head
    /// When the first byte came.
    private(set) var start: Instant
    /// When the body began.
    private(set) var bodyStart: Instant
    private let rules: IntakeRules
    private var parser: RequestHeadParser
    private var decoder: ChunkedDecoder?
    /// What the decoder has made of the body.
    private var decoded: [UInt8] = []
    /// Where the request ends, as far as is known.
    private var end = 0
    /// Whether something has come since the last look.
    private(set) var hasNews = false

    init(_ rules: IntakeRules, at now: Instant) {
        self.rules = rules
        storage = RequestStorage(rules.configuration)
        parser = rules.makeParser()
        start = now
        bodyStart = now
    }

    /// Gets ready for a request of a connection.
    func begin(for connection: EventConnection, at now: Instant) {
        if !isKnownUniquelyReferenced(&storage) || isLarge {
            storage = RequestStorage(rules.configuration)
        }
        storage.reset(for: connection.client)
        if connection.isSecure { storage.scheme = "https" }
        start = now
    }

    /// Whether its buffer has grown so much that it is given back.
    var isLarge: Bool { storage.bytes.capacity > Self.keptCapacity }

    private static let keptCapacity = 16_384

    /// How many bytes of the request have come.
    var count: Int { storage.bytes.count }

    /// Takes in what was received.
    func append(_ bytes: UnsafeRawBufferPointer) {
        storage.bytes.append(contentsOf: bytes)
        hasNews = true
    }

    /// Takes off the PROXY header at the start of a connection.
    ///
    /// - Returns: Nil where a request may follow.
    func takeProxyHeader(of connection: EventConnection) -> Verdict? {
        hasNews = false
        do throws(ProxyFault) {
            let bytes = storage.bytes
            switch try rules.proxyParser?.parse(bytes.span) {
            case .incomplete: return .incomplete
            case .absent: throw .missing
            case .complete(let header): storage.take(header)
            case nil: break
            }
        } catch {
            return .refused(Refusal(nil, "\(error)"))
        }
        connection.client = storage.remoteAddress
        connection.isSecure = storage.scheme == "https"
        hasNews = count > 0
        return nil
    }

    /// Finds out what the bytes are.
    func examine(at now: Instant) -> Verdict {
        hasNews = false
        do throws(RequestFault) {
            if stage == .head {
                guard try parseHead() else { return .incomplete }
                bodyStart = now
            }
            return try examineBody()
        } catch {
            return .refused(Refusal(error))
        }
    }

    private func parseHead() throws(RequestFault) -> Bool {
        let bytes = storage.bytes
        guard try parser.parse(bytes.span, into: &storage.head) else { return false }
        try storage.takeForwardedFields { rules.configuration.forwardedAllowIPs.contain($0) }
        stage = .body
        end = storage.head.length
        return true
    }

    private func examineBody() throws(RequestFault) -> Verdict {
        switch storage.head.framing {
        case .none, .length(0):
            return .complete(nil)
        case .length(let length):
            guard UInt64(count - storage.head.length) >= length else { return partOfBody }
            end = storage.head.length + Int(length)
            return .complete(BufferedBody(storage.bytes[storage.head.length..<end]))
        case .chunked:
            return try decode()
        }
    }

    private func decode() throws(RequestFault) -> Verdict {
        var decoder = decoder ?? ChunkedDecoder(limits: RequestLimits(rules.configuration))
        let bytes = storage.bytes
        end += try decoder.decode(bytes.span.extracting(end...), upTo: .max, into: &decoded)
        self.decoder = decoder
        guard decoder.isComplete else { return partOfBody }
        return .complete(BufferedBody(decoded[...], trailers: decoder.trailers))
    }

    /// Whether to wait for the rest of a body.
    private var partOfBody: Verdict {
        let received = count - storage.head.length
        if received >= rules.configuration.requestBufferSize { return .large }
        guard storage.head.expectsContinue, received == 0 else { return .incomplete }
        return isDeclaredLarge ? .large : .awaited
    }

    /// Whether the head says that the body is too large to wait for, so that the application can
    /// spare the client from sending it.
    private var isDeclaredLarge: Bool {
        guard case .length(let length) = storage.head.framing else { return false }
        return length > rules.configuration.requestBufferSize
    }

    /// Makes the end of a request that is answered before its body has come.
    func exchange(with response: Response) -> Exchange {
        Exchange(to: Request(storage, body: .empty), since: start, response: response)
    }

    /// Forgets the request that was answered; what came behind it is the next one's beginning.
    func advance(for connection: EventConnection, at now: Instant) {
        let rest = rest
        forget()
        begin(for: connection, at: now)
        storage.bytes.append(contentsOf: rest)
        hasNews = !rest.isEmpty
    }

    /// Gets ready for another connection.
    func forget() {
        stage = .head
        parser.reset()
        decoder = nil
        decoded = []
        end = 0
        hasNews = false
    }

    /// Whether something came behind the request.
    var hasRest: Bool { storage.bytes.count > end }

    /// What came behind the request.
    var rest: [UInt8] { hasRest ? Array(storage.bytes[end...]) : [] }
}

/// What a request is measured by.
final class IntakeRules {
    let configuration: Configuration
    let proxyParser: ProxyHeaderParser?

    init(_ configuration: Configuration) {
        self.configuration = configuration
        proxyParser = ProxyHeaderParser(configuration.proxyProtocol)
    }

    func makeParser() -> RequestHeadParser {
        RequestHeadParser(
            limits: RequestLimits(configuration),
            headerMap: HeaderMap(configuration.headerMap)
        )
    }
}
