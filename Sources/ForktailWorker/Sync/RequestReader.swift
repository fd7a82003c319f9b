import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Reads the head of a request from a connection.
struct RequestReader {
    /// What came of it.
    enum Outcome {
        /// The head is complete.
        case request
        /// The client left, or was left, without having asked for anything.
        case silent
        /// There is no request to answer.
        case refused(Refusal)
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
    ///   - storage: What is filled; empty, and ready for the peer.
    /// - Returns: What came, or what did not.
    /// - Throws: Why the connection can't be used any more.
    mutating func read(
        from connection: Connection,
        since start: Instant,
        into storage: RequestStorage
    ) throws(ConnectionFailure) -> Outcome {
        var arrival = HeadArrival(connection, since: start, configuration: configuration)
        switch try proxyHeaderReader?.read(from: &arrival, into: storage) {
        case .silent: return .silent
        case .refused(let reason): return .refused(Refusal(nil, reason))
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
                return .refused(Refusal(error))
            }
            switch try arrival.receive(appendingTo: &storage.bytes) {
            case nil: continue
            case .silent: return .silent
            case .timedOut: return .refused(.lateHead)
            case .tooSlow: return .refused(.slowHead)
            case .truncated: return .refused(.cutHead)
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
