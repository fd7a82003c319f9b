/// What proxies in front of the server say about a client.
struct ForwardedClient: Hashable {
    /// Its address; nil where they say nothing about it.
    var address: RemoteAddress?
    /// Whether it reached the first of them by TLS.
    var isSecure: Bool?
    /// The Host that it asked for.
    var host: String?

    /// What two notations say together.
    ///
    /// - Throws: `RequestFault.contradictoryForwarded` where they differ, because the client, and not
    ///   the proxy, has then written one of them.
    func merged(with other: ForwardedClient) throws(RequestFault) -> ForwardedClient {
        guard Self.agree(address?.host, other.address?.host), Self.agree(isSecure, other.isSecure),
            Self.agree(host?.lowercased(), other.host?.lowercased())
        else { throw .contradictoryForwarded }
        return ForwardedClient(
            address: address ?? other.address,
            isSecure: isSecure ?? other.isSecure,
            host: host ?? other.host
        )
    }

    private static func agree<Value: Equatable>(_ one: Value?, _ other: Value?) -> Bool {
        one == nil || other == nil || one == other
    }

    /// Reads a scheme: whether it is one with TLS; nil where it is none that leads here.
    ///
    /// Some proxies tell that of a WebSocket, which runs over the same connections.
    static func isSecure(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool? {
        if bytes.matches(range, "http") || bytes.matches(range, "ws") { return false }
        if bytes.matches(range, "https") || bytes.matches(range, "wss") { return true }
        return nil
    }

    /// Reads a Host; nil where it is none.
    static func host(_ range: Range<Int>, of bytes: Span<UInt8>) -> String? {
        guard Authority.isValid(range, of: bytes) else { return nil }
        return String(received: bytes.extracting(range))
    }
}
