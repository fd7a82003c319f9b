extension Response {
    /// Switches the connection to another protocol, RFC 9110 section 7.8.
    ///
    /// The client must have offered it, see `Request.upgrades`; else the answer is a 500. The rest
    /// of the request's body is read and forgotten before.
    ///
    /// - Parameters:
    ///   - name: the protocol, such as `websocket`.
    ///   - fields: fields of the answer that the protocol asks for.
    ///   - serve: speaks the protocol. The connection is closed when it returns. It has a thread to
    ///     itself in a worker of the class `event`; one of the class `sync` serves nobody else
    ///     meanwhile. What it throws goes to the log.
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
    /// As an answer to another method it is a 500. Where it leads, and for whom, is up to the
    /// application: `Request.authority` is where the client wants to go.
    ///
    /// - Parameters:
    ///   - serve: passes the bytes on; see `init(switchingTo:fields:serve:)`.
    ///   - fields: fields of the answer.
    public init(tunnel serve: @escaping (ByteStream) throws -> Void, fields: HTTPFields = [:]) {
        self.init(status: .ok, fields: fields, body: .connection(upgrade: nil, serve: serve))
    }
}

extension Request {
    /// The protocols that the client would like to switch to, the best first, RFC 9110 section 7.8.
    ///
    /// There are none from an HTTP/1.0 client, nor where Connection does not name Upgrade.
    public var upgrades: [String] {
        guard version.minor >= 1,
            self[.connection]?.listElements().contains(where: {
                $0.equalsIgnoringCase("upgrade")
            }) == true
        else { return [] }
        return self[.upgrade]?.listElements() ?? []
    }

    /// Says whether the client would like to switch to a protocol, whose letter case says nothing.
    func offers(upgradeTo name: String) -> Bool {
        upgrades.contains { $0.equalsIgnoringCase(name) }
    }
}
