/// What a handler answers.
///
/// The common ones are one expression:
///
/// ```swift
/// Response(text: "Hello\n")
/// Response(html: page, status: .created)
/// Response(json: ["name": "swift", "legs": 2])
/// Response(bytes: png, contentType: "image/png")
/// Response(redirect: "/login", status: .seeOther)
/// Response(status: .noContent)
/// try Response(filePath: "/usr/share/dict/words")
/// Response(contentType: "text/csv") { rows.next() }
/// Response(text: "Hello\n").setting(.cacheControl, to: "no-store")
/// ```
public struct Response {
    /// The outcome.
    public var status: Status
    /// The fields that the application sets.
    ///
    /// The server adds Date and Server unless they are set. Content-Length, Transfer-Encoding,
    /// Trailer, Upgrade and Connection come from the server alone. A response with a value that no
    /// field may have is replaced by a 500, see `HTTPFields.refusedName`.
    public var fields: HTTPFields
    /// The content.
    public var body: Body
    /// Whole field lines whose values are no UTF-8, checked by their maker.
    package var rawLines: [UInt8] = []

    /// Makes a response of its parts.
    public init(
        status: Status = .ok,
        fields: HTTPFields = [:],
        body: Body = .bytes([])
    ) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
