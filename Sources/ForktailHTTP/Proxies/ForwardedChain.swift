/// The way of a request through proxies, followed back from the nearest.
///
/// Each proxy adds whom it got the request from behind what it was told. What a trusted proxy has
/// added is true; the first address that is not trusted is therefore the client's, and whatever
/// stands before it is hearsay that anybody could have sent.
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
    ///   - node: Whom the proxy at which the chain stands has got the request from.
    ///   - isTrusted: Whether an address is that of a proxy which tells the truth.
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
