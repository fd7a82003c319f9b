import ForktailConfiguration
import ForktailHTTP

/// Reads the header with which a proxy begins a connection, and puts what it says in the place of
/// what the connection says.
struct ProxyHeaderReader {
    /// Why the connection begins with no request.
    enum End {
        /// The peer asked for nothing: a check whether somebody listens.
        case silent
        /// The peer is to be left without an answer, for a reason.
        case refused(String)
    }

    private let parser: ProxyHeaderParser
    private let proxies: [AddressBlock]

    /// Makes a reader; nil where connections begin with a request.
    init?(_ configuration: Configuration) {
        guard let parser = ProxyHeaderParser(configuration.proxyProtocol) else { return nil }
        self.parser = parser
        proxies = configuration.proxyAllowIPs
    }

    /// Reads the header; what came behind it stays in the storage.
    ///
    /// - Parameters:
    ///   - arrival: Where bytes come from.
    ///   - storage: What is filled; its address is that of the peer.
    /// - Returns: Nil where a request may follow.
    /// - Throws: Why the connection can't be used any more.
    func read(
        from arrival: inout HeadArrival,
        into storage: RequestStorage
    ) throws(ConnectionFailure) -> End? {
        guard proxies.contain(storage.remoteAddress) else {
            return .refused(Self.notAllowed)
        }
        while true {
            if let end = try arrival.receive(appendingTo: &storage.bytes) { return Self.end(end) }
            do throws(ProxyFault) {
                let bytes = storage.bytes
                switch try parser.parse(bytes.span) {
                case .incomplete: continue
                case .absent: throw .missing
                case .complete(let header): storage.take(header)
                }
                return nil
            } catch {
                return .refused("\(error)")
            }
        }
    }

    static let notAllowed = "the peer is not in proxy_allow_ips"
    static let late = "no complete PROXY header within header_timeout"
    static let slow = "a PROXY header slower than limit_request_rate"
    static let cut = "the peer ended its side in the middle of the PROXY header"

    private static func end(_ end: HeadArrival.End) -> End {
        switch end {
        case .silent: .silent
        case .timedOut: .refused(late)
        case .tooSlow: .refused(slow)
        case .truncated: .refused(cut)
        }
    }
}
