extension RequestStorage {
    /// Puts what proxies in front say about the client in the place of what the connection says.
    ///
    /// Call it with a complete head whose `remoteAddress` is that of the peer; a peer that isn't
    /// trusted is not listened to.
    ///
    /// - Parameter isTrusted: Whether an address is that of a proxy which tells the truth.
    /// - Throws: Why the fields can't be relied on; the request must not be answered then, since who
    ///   forges them would get away with it.
    package func takeForwardedFields(
        isTrusted: (RemoteAddress) -> Bool
    ) throws(RequestFault) {
        guard mayBeForwarded, isTrusted(remoteAddress) else { return }
        let bytes = bytes
        let fields = try ForwardedFields(of: head, in: bytes.span)
        guard !fields.isEmpty else { return }
        let client = try fields.client(
            in: bytes.span,
            behind: remoteAddress,
            isTrusted: isTrusted
        )
        remoteAddress = client.address ?? remoteAddress
        scheme = client.scheme ?? scheme
        forwardedHost = client.host
    }

    /// Whether a field begins like Forwarded or X-Forwarded, as few do.
    private var mayBeForwarded: Bool {
        for field in head.fields where field.name.count >= 9 {
            let first = bytes[field.name.lowerBound] | 0x20
            if first == UInt8(ascii: "f") || first == UInt8(ascii: "x") { return true }
        }
        return false
    }
}
