/// What a handler answers.
public struct Response {
    /// The outcome.
    public var status: Status
    /// The fields that the application sets; the server adds those of the protocol.
    public var fields: HTTPFields
    /// The content.
    public var body: Body

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
