extension RequestStorage {
    /// Replaces the connection's client address and scheme by those that trusted proxies report.
    ///
    /// Call it with a complete head whose `remoteAddress` is that of the peer; the fields of a peer
    /// that isn't trusted are ignored.
    ///
    /// - Parameter isTrusted: Whether an address is that of a trusted proxy.
    /// - Throws: Why the fields can't be trusted; the request must be refused then, because they may
    ///   be forged.
    package func takeForwardedFields(
        isTrusted: (RemoteAddress) -> Bool
    ) throws(RequestFault) {
        guard mayBeForwarded, isTrusted(remoteAddress) else { return }
        let said = try bytes.withSpan { (bytes) throws(RequestFault) -> ForwardedClient? in
            let fields = try ForwardedFields(of: head, in: bytes)
            guard !fields.isEmpty else { return nil }
            return try fields.client(in: bytes, behind: remoteAddress, isTrusted: isTrusted)
        }
        guard let client = said else { return }
        remoteAddress = client.address ?? remoteAddress
        isSecure = client.isSecure ?? isSecure
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
