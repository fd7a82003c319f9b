// What users of other servers write first: the compiler tells them the right call.

extension Request {
    /// The fields are `fields`.
    @available(*, unavailable, renamed: "fields")
    public var headers: HTTPFields { fields }

    /// A field is looked up by its name, not by a text.
    @available(
        *,
        unavailable,
        message:
            "write request[.userAgent]; for other fields HTTPField.Name(\"X-Foo\") makes a name"
    )
    public subscript(name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }
}

extension Response {
    /// A status has a name.
    @available(
        *,
        unavailable,
        message: "write Response(status: .created); for other codes use Response.Status(code: 299)"
    )
    public init(status code: Int) { self.init() }

    /// A field is set by its name, not by a text.
    @available(
        *,
        unavailable,
        message:
            "write .setting(.location, to: …); for other fields HTTPField.Name(\"X-Foo\") makes a name"
    )
    public func setting(_ name: String, to value: String) -> Response { self }
}
