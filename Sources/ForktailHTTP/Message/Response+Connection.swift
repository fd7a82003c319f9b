extension Response {
    /// Switches the connection to another protocol, RFC 9110 section 7.8.
    ///
    /// The client must have offered it, see `Request.upgrades`; otherwise the response is a 500. The
    /// rest of the request's body is read and dropped before.
    ///
    /// - Parameters:
    ///   - name: the protocol, such as `websocket`.
    ///   - fields: fields of the response that the protocol needs.
    ///   - serve: speaks the protocol. The connection is closed when it returns. In class `event` it
    ///     runs on a thread of its own; a worker of class `sync` serves nothing else until it
    ///     returns. An error that it throws goes to the log.
    public init(
        switchingTo name: String,
        fields: HTTPFields = [:],
        serve: @escaping (ByteStream) throws -> Void
    ) {
        self.init(
            status: .switchingProtocols,
            fields: fields,
            body: .connection(upgrade: name, serve: serve)
        )
    }

    /// Takes a CONNECT: the connection becomes a tunnel, RFC 9110 section 9.3.6.
    ///
    /// For another method the client gets a 500. The application decides which targets it allows:
    /// `Request.authority` is the one that the client asks for.
    ///
    /// - Parameters:
    ///   - serve: forwards the bytes; see `init(switchingTo:fields:serve:)`.
    ///   - fields: fields of the response.
    public init(tunnel serve: @escaping (ByteStream) throws -> Void, fields: HTTPFields = [:]) {
        self.init(status: .ok, fields: fields, body: .connection(upgrade: nil, serve: serve))
    }
}

extension Request {
    /// The protocols that the client would like to switch to, the best first, RFC 9110 section 7.8.
    ///
    /// It is empty for an HTTP/1.0 client, and where Connection does not name Upgrade.
    public var upgrades: [String] {
        guard version.minor >= 1,
            self[.connection]?.listElements().contains(where: {
                $0.equalsIgnoringCase("upgrade")
            }) == true
        else { return [] }
        return self[.upgrade]?.listElements() ?? []
    }

    /// Says whether the client offers to switch to a protocol; letter case is ignored.
    public func offers(upgradeTo name: String) -> Bool {
        upgrades.contains { $0.equalsIgnoringCase(name) }
    }
}
