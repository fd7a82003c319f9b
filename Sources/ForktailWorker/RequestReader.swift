import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Reads the head of a request from a connection.
struct RequestReader {
    /// What came of it.
    enum Outcome {
        /// The head is complete.
        case request
        /// The bytes are no request, or only the beginning of one, or can't be relied on.
        case fault(RequestFault)
        /// The client did not send a whole head.
        case unfinished(HeadArrival.End)
        /// The connection does not begin as `proxy_protocol` demands, for a reason.
        case refused(String)
    }

    private var parser: RequestHeadParser
    private let proxyHeaderReader: ProxyHeaderReader?
    private let configuration: Configuration

    init(_ configuration: Configuration) {
        parser = RequestHeadParser(
            limits: RequestLimits(configuration),
            headerMap: HeaderMap(configuration.headerMap)
        )
        proxyHeaderReader = ProxyHeaderReader(configuration)
        self.configuration = configuration
    }

    /// Reads until the head is complete.
    ///
    /// - Parameters:
    ///   - connection: Where the bytes come from.
    ///   - start: When the connection was accepted; the time for the whole head counts from there.
    ///   - storage: What is filled; it is emptied first.
    /// - Returns: What came, or what did not.
    /// - Throws: Why the connection can't be used any more.
    mutating func read(
        from connection: Connection,
        since start: Instant,
        into storage: RequestStorage
    ) throws(ConnectionFailure) -> Outcome {
        storage.reset(for: RemoteAddress(connection.peer))
        var arrival = HeadArrival(connection, since: start, configuration: configuration)
        switch try proxyHeaderReader?.read(from: &arrival, into: storage) {
        case .silent: return .unfinished(.silent)
        case .refused(let reason): return .refused(reason)
        case nil: return try readHead(from: &arrival, into: storage)
        }
    }

    private mutating func readHead(
        from arrival: inout HeadArrival,
        into storage: RequestStorage
    ) throws(ConnectionFailure) -> Outcome {
        parser.reset()
        while true {
            do throws(RequestFault) {
                if try isComplete(storage) { return .request }
            } catch {
                return .fault(error)
            }
            if let end = try arrival.receive(appendingTo: &storage.bytes) {
                return .unfinished(end)
            }
        }
    }

    private mutating func isComplete(_ storage: RequestStorage) throws(RequestFault) -> Bool {
        let bytes = storage.bytes
        guard try parser.parse(bytes.span, into: &storage.head) else { return false }
        try storage.takeForwardedFields { configuration.forwardedAllowIPs.contain($0) }
        return true
    }
}

extension RequestLimits {
    init(_ configuration: Configuration) {
        self.init(
            line: configuration.limitRequestLine,
            fields: configuration.limitRequestFields,
            fieldSize: configuration.limitRequestFieldSize,
            body: configuration.limitRequestBody
        )
    }
}

extension HeaderMap {
    init(_ mapping: HeaderMapping) {
        switch mapping {
        case .drop: self = .drop
        case .refuse: self = .refuse
        case .keep: self = .keep
        }
    }
}
