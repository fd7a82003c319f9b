/// The way of a request through proxies, followed back from the nearest.
///
/// Each proxy appends the address that it got the request from. An element that a trusted proxy has
/// appended is true, so the first address that is not trusted is the client's. Any client could have
/// sent the elements before it.
struct ForwardedChain {
    /// The client as far as it is known.
    private(set) var client: RemoteAddress
    /// How many elements were needed to find it, counted from the last.
    private(set) var steps = 0

    /// Starts at a peer that is trusted.
    init(from peer: RemoteAddress) {
        client = peer
    }

    /// Goes one element back.
    ///
    /// - Parameters:
    ///   - node: Where the proxy at the chain's current place got the request from.
    ///   - isTrusted: Whether an address is that of a trusted proxy.
    /// - Returns: whether that is a proxy again, so that the element before counts too.
    mutating func follow(
        _ node: ForwardedNode,
        isTrusted: (RemoteAddress) -> Bool
    ) -> Bool {
        steps += 1
        guard case .address(let address) = node else { return false }
        client = address
        return isTrusted(address)
    }
}
