/// A request as its handler sees it.
///
/// Everything is read from the received bytes when it is asked for, so that what a handler doesn't
/// look at costs nothing; what it needs more than once it keeps. Tasks and threads may share it; its
/// body is read by one at a time.
public struct Request: @unchecked Sendable {
    // SAFETY: nothing changes the storage of a request that is referenced: a worker takes other
    // storage for the next one.

    /// The received head.
    package let storage: RequestStorage
    /// The content, read from the client on demand.
    public let body: RequestBody

    /// Makes the request whose complete head is in `storage`.
    package init(_ storage: RequestStorage, body: RequestBody) {
        self.storage = storage
        self.body = body
    }

    /// The method, RFC 9110 section 9.
    public var method: Method { Method(rawValue: storage.text(storage.head.method)) }

    /// The version: 1.0 or 1.1, which stands for every later 1.x too; RFC 9110 section 6.2.
    public var version: Version { Version(major: 1, minor: storage.head.minorVersion) }

    /// The request line: method, target and version.
    package var line: String { "\(storage.targetText(storage.methodAndTarget)) \(version)" }

    /// The scheme of the target URI, `http` or `https`, RFC 9110 section 4.2.
    ///
    /// It is the one over which the client reached the first proxy, where a trusted one says so.
    public var scheme: String { storage.scheme }

    /// What the client and this server have agreed on by TLS; nil where the connection has none, even
    /// if a proxy in front has.
    public var secureConnection: SecureConnection? { storage.secureConnection }

    /// The client's end of the connection, or what trusted proxies in front say of it.
    public var remoteAddress: RemoteAddress { storage.remoteAddress }

    /// The id of the request in logs and in the response's field X-Request-Id; nil where the setting
    /// `request_id` is off.
    public var id: String? { storage.id }

    /// All fields in the order received, RFC 9110 section 5.
    ///
    /// Names with an underscore are left out unless the settings keep them. A value that is not
    /// UTF-8 is read as ISO 8859-1.
    public var fields: HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(storage.head.fields.count)
        for field in storage.head.fields where storage.shows(field) {
            let name = HTTPField.Name(unchecked: storage.text(field.name))
            fields.append(HTTPField(name: name, unchecked: storage.text(field.value)))
        }
        return fields
    }

    /// All values of `name` as one, as `HTTPFields` joins them; nil where there is none.
    ///
    /// It looks through the received bytes and makes no list of all fields.
    public subscript(_ name: HTTPField.Name) -> String? {
        switch storage.values(of: name) {
        case .none: nil
        case .one(let value): storage.text(value)
        case .several(let values): HTTPFields.combine(values.map(storage.text), of: name)
        }
    }
}
