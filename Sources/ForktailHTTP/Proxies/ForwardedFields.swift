/// The fields with a client's address, scheme and Host that proxies add: Forwarded of RFC 7239, and
/// X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host, which are a convention.
///
/// Each is a list that may be spread over several field lines.
struct ForwardedFields {
    private var elements: [ForwardedElement] = []
    private var nodes: [Range<Int>] = []
    private var schemes: [Range<Int>] = []
    private var hosts: [Range<Int>] = []

    /// Whether there are none.
    var isEmpty: Bool { elements.isEmpty && nodes.isEmpty && schemes.isEmpty && hosts.isEmpty }

    /// Collects the fields of a head.
    ///
    /// - Throws: `RequestFault.malformedForwarded`.
    init(of head: RequestHead, in bytes: Span<UInt8>) throws(RequestFault) {
        for field in head.fields { try note(field, of: bytes) }
    }

    private mutating func note(
        _ field: FieldRange,
        of bytes: Span<UInt8>
    ) throws(RequestFault) {
        switch field.name.count {
        case 9 where bytes.matches(field.name, "forwarded"):
            elements += try ForwardedScanner.elements(in: field.value, of: bytes)
        case 15 where bytes.matches(field.name, "x-forwarded-for"):
            Self.append(field.value, of: bytes, to: &nodes)
        case 17 where bytes.matches(field.name, "x-forwarded-proto"):
            Self.append(field.value, of: bytes, to: &schemes)
        case 16 where bytes.matches(field.name, "x-forwarded-host"):
            Self.append(field.value, of: bytes, to: &hosts)
        default:
            break
        }
    }

    /// Appends the elements of a list; those that are empty count for nothing, RFC 9110
    /// section 5.6.1.
    private static func append(
        _ list: Range<Int>,
        of bytes: Span<UInt8>,
        to ranges: inout [Range<Int>]
    ) {
        var position = list.lowerBound
        while let element = bytes.nextElement(of: list, from: &position) {
            if !element.isEmpty { ranges.append(element) }
        }
    }

    /// The client of a request that a trusted peer has sent.
    ///
    /// - Parameters:
    ///   - bytes: Those of the head.
    ///   - peer: The peer.
    ///   - isTrusted: Whether an address is that of a trusted proxy.
    /// - Returns: What all fields together say.
    /// - Throws: The fault of an element that counts.
    func client(
        in bytes: Span<UInt8>,
        behind peer: RemoteAddress,
        isTrusted: (RemoteAddress) -> Bool
    ) throws(RequestFault) -> ForwardedClient {
        let standard = try standardClient(behind: peer, isTrusted: isTrusted)
        let customary = try customaryClient(in: bytes, behind: peer, isTrusted: isTrusted)
        return try standard.merged(with: customary)
    }

    /// What Forwarded says.
    ///
    /// Scheme and Host are those of the element that names the client.
    private func standardClient(
        behind peer: RemoteAddress,
        isTrusted: (RemoteAddress) -> Bool
    ) throws(RequestFault) -> ForwardedClient {
        guard !elements.isEmpty else { return ForwardedClient() }
        var chain = ForwardedChain(from: peer)
        for element in elements.reversed() {
            let node = try element.checkedNode()
            guard chain.follow(node, isTrusted: isTrusted) else { break }
        }
        let element = elements[elements.count - chain.steps]
        return ForwardedClient(
            address: elements.contains { $0.node != nil } ? chain.client : nil,
            isSecure: try element.checkedIsSecure(),
            host: try element.checkedHost()
        )
    }

    /// What the X-Forwarded fields say.
    ///
    /// Scheme and Host are those at the place of the client, or the first where fewer proxies add
    /// them than addresses.
    private func customaryClient(
        in bytes: Span<UInt8>,
        behind peer: RemoteAddress,
        isTrusted: (RemoteAddress) -> Bool
    ) throws(RequestFault) -> ForwardedClient {
        var chain = ForwardedChain(from: peer)
        for range in nodes.reversed() {
            guard let node = ForwardedNode(range, of: bytes) else { throw .malformedXForwardedFor }
            guard chain.follow(node, isTrusted: isTrusted) else { break }
        }
        var client = ForwardedClient()
        if !nodes.isEmpty { client.address = chain.client }
        if let range = Self.element(of: schemes, after: chain.steps) {
            client.isSecure = ForwardedClient.isSecure(range, of: bytes)
            guard client.isSecure != nil else { throw .malformedXForwardedProto }
        }
        if let range = Self.element(of: hosts, after: chain.steps) {
            client.host = ForwardedClient.host(range, of: bytes)
            guard client.host != nil else { throw .malformedXForwardedHost }
        }
        return client
    }

    private static func element(of list: [Range<Int>], after steps: Int) -> Range<Int>? {
        list.isEmpty ? nil : list[max(0, list.count - max(1, steps))]
    }
}
