/// What one proxy says about a request that it received: RFC 7239 section 4.
struct ForwardedElement: Hashable {
    /// Where the request came from; nil where the proxy doesn't say.
    var node: [UInt8]?
    /// Over which scheme.
    var scheme: [UInt8]?
    /// What its Host was.
    var host: [UInt8]?

    /// Whether it says nothing at all.
    var isEmpty = true

    /// Takes in a parameter, whose name is already known to be a token.
    ///
    /// - Returns: whether it may stand there; one may not stand there twice.
    mutating func take(_ name: Range<Int>, of bytes: Span<UInt8>, value: [UInt8]) -> Bool {
        isEmpty = false
        switch name.count {
        case 3 where bytes.matches(name, "for"): return Self.set(&node, to: value)
        case 5 where bytes.matches(name, "proto"): return Self.set(&scheme, to: value)
        case 4 where bytes.matches(name, "host"): return Self.set(&host, to: value)
        default: return true
        }
    }

    private static func set(_ parameter: inout [UInt8]?, to value: [UInt8]) -> Bool {
        guard parameter == nil else { return false }
        parameter = value
        return true
    }

    /// Where the request came from; hidden where the proxy doesn't say.
    ///
    /// - Throws: `RequestFault.malformedForwarded`.
    func checkedNode() throws(RequestFault) -> ForwardedNode {
        guard let node else { return .hidden }
        guard let node = ForwardedNode(node.indices, of: node.span) else {
            throw .malformedForwarded
        }
        return node
    }

    /// The scheme, as `http` or `https`.
    ///
    /// - Throws: `RequestFault.malformedForwarded`.
    func checkedIsSecure() throws(RequestFault) -> Bool? {
        guard let scheme else { return nil }
        guard let isSecure = ForwardedClient.isSecure(scheme.indices, of: scheme.span) else {
            throw .malformedForwarded
        }
        return isSecure
    }

    /// The Host, which must be one.
    ///
    /// - Throws: `RequestFault.malformedForwarded`.
    func checkedHost() throws(RequestFault) -> String? {
        guard let host else { return nil }
        guard let host = ForwardedClient.host(host.indices, of: host.span) else {
            throw .malformedForwarded
        }
        return host
    }
}
