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
        switch configuration.proxyProtocol {
        case .off: return nil
        case .v1: parser = ProxyHeaderParser(version: .v1)
        case .v2: parser = ProxyHeaderParser(version: .v2)
        case .auto: parser = ProxyHeaderParser()
        }
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
            return .refused("the peer is not in proxy_allow_ips")
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

    private static func end(_ end: HeadArrival.End) -> End {
        switch end {
        case .silent: .silent
        case .timedOut: .refused("no complete PROXY header within header_timeout")
        case .tooSlow: .refused("a PROXY header slower than limit_request_rate")
        case .truncated: .refused("the peer ended its side in the middle of the PROXY header")
        }
    }
}

extension RequestStorage {
    /// Takes over what a header says, and leaves what is behind it.
    fileprivate func take(_ header: ProxyHeader) {
        bytes.removeSubrange(..<header.length)
        remoteAddress = header.source ?? remoteAddress
        if header.isSecure { scheme = "https" }
    }
}
