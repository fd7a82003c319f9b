extension Response {
    /// Makes a response of plain text in UTF-8.
    public init(text: String, status: Status = .ok) {
        self.init(status: status, fields: Self.plainText, body: .text(text))
    }

    /// Makes a response of an HTML page in UTF-8.
    public init(html: String, status: Status = .ok) {
        self.init(status: status, fields: Self.html, body: .text(html))
    }

    // Made once: most responses have one of them.
    private static let plainText = HTTPFields(
        HTTPField(name: .contentType, unchecked: "text/plain; charset=utf-8")
    )
    private static let html = HTTPFields(
        HTTPField(name: .contentType, unchecked: "text/html; charset=utf-8")
    )

    /// Makes a response of bytes of a media type, RFC 9110 section 8.3.
    public init(bytes: [UInt8], contentType: String, status: Status = .ok) {
        self.init(status: status, fields: [.contentType: contentType], body: .bytes(bytes))
    }

    /// Makes a response without content.
    public init(status: Status) {
        self.init(status: status, fields: [:], body: .bytes([]))
    }

    /// Sends the client elsewhere, RFC 9110 section 15.4.
    ///
    /// - Parameters:
    ///   - redirect: the URI reference of the Location field, with its escapes.
    ///   - status: 302 unless given; 303 makes a GET of a POST, 307 and 308 keep the method.
    public init(redirect: String, status: Status = .found) {
        self.init(status: status, fields: [.location: redirect], body: .bytes([]))
    }

    /// Makes a response of a part of a file.
    public init(file: FileRegion, contentType: String, status: Status = .ok) {
        self.init(status: status, fields: [.contentType: contentType], body: .file(file))
    }

    /// Makes a response of bytes that `next` makes while they are sent; see `Body.stream`.
    public init(
        contentType: String,
        length: UInt64? = nil,
        status: Status = .ok,
        stream next: @escaping () throws -> [UInt8]?
    ) {
        self.init(
            status: status,
            fields: [.contentType: contentType],
            body: .stream(length: length, next: next)
        )
    }

    /// Makes a response of bytes that `next` makes while they are sent, with fields after them.
    ///
    /// - Parameters:
    ///   - contentType: the media type, RFC 9110 section 8.3.
    ///   - status: 200 unless given.
    ///   - trailers: the fields; see `Trailers`.
    ///   - next: makes the bytes; see `Body.stream`.
    public init(
        contentType: String,
        status: Status = .ok,
        trailers: Trailers,
        stream next: @escaping () throws -> [UInt8]?
    ) {
        self.init(
            status: status,
            fields: [.contentType: contentType],
            body: .streamWithTrailers(trailers, next: next)
        )
    }
}

extension Response {
    /// The response with a field, which replaces fields of that name.
    ///
    /// ```swift
    /// Response(json: link, status: .created).setting(.location, to: "/links/7")
    /// ```
    public func setting(_ name: HTTPField.Name, to value: String) -> Response {
        var response = self
        response.fields[name] = value
        return response
    }

    /// The response with another Set-Cookie field, RFC 6265 section 4.1.
    ///
    /// ```swift
    /// try Response(text: "Hello").setting(Cookie("seen", "1", path: "/", isSecure: true))
    /// ```
    public func setting(_ cookie: Cookie) -> Response {
        var response = self
        response.fields.append(cookie.description, for: .setCookie)
        return response
    }
}
