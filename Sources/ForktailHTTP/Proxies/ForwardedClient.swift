/// What proxies in front of the server say about a client.
struct ForwardedClient: Hashable {
    /// Its address; nil where they say nothing about it.
    var address: RemoteAddress?
    /// The scheme over which it reached the first of them, `http` or `https`.
    var scheme: String?
    /// The Host that it asked for.
    var host: String?

    /// What two notations say together.
    ///
    /// - Throws: `RequestFault.contradictoryForwarded` where they differ, because the client, and not
    ///   the proxy, has then written one of them.
    func merged(with other: ForwardedClient) throws(RequestFault) -> ForwardedClient {
        guard Self.agree(address?.host, other.address?.host), Self.agree(scheme, other.scheme),
            Self.agree(host?.lowercased(), other.host?.lowercased())
        else { throw .contradictoryForwarded }
        return ForwardedClient(
            address: address ?? other.address,
            scheme: scheme ?? other.scheme,
            host: host ?? other.host
        )
    }

    private static func agree(_ one: String?, _ other: String?) -> Bool {
        one == nil || other == nil || one == other
    }

    /// Reads a scheme; nil where it is none that leads here.
    ///
    /// Some proxies tell that of a WebSocket, which runs over the same connections.
    static func scheme(_ range: Range<Int>, of bytes: Span<UInt8>) -> String? {
        if bytes.matches(range, "http") || bytes.matches(range, "ws") { return "http" }
        if bytes.matches(range, "https") || bytes.matches(range, "wss") { return "https" }
        return nil
    }

    /// Reads a Host; nil where it is none.
    static func host(_ range: Range<Int>, of bytes: Span<UInt8>) -> String? {
        guard Authority.isValid(range, of: bytes) else { return nil }
        return String(received: bytes.extracting(range))
    }
}
