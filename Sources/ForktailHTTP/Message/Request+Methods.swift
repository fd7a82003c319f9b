extension Request {
    /// Refuses other methods than those given.
    ///
    /// Where GET is among them, HEAD is too: the server sends the head of the same response.
    ///
    /// - Parameter methods: the methods that the target supports.
    /// - Throws: 405 with the Allow field for another registered method (RFC 9110 section 15.5.6),
    ///   501 for an unknown method (section 15.6.2) and for CONNECT.
    public func require(_ methods: Method...) throws(HTTPError) {
        guard !methods.contains(method) else { return }
        guard method != .head || !methods.contains(.get) else { return }
        guard Method.known.contains(method) else { throw HTTPError(.notImplemented) }
        let names = methods.flatMap { $0 == .get ? [$0, .head] : [$0] }.map(\.rawValue)
        throw HTTPError(.methodNotAllowed, fields: [.allow: names.joined(separator: ", ")])
    }
}

extension Request.Method {
    /// The methods of RFC 9110 and RFC 5789 except CONNECT, which no resource supports.
    fileprivate static let known: Set<Self> = [
        .get, .head, .post, .put, .delete, .options, .trace, .patch,
    ]
}
