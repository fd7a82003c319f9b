/// An error that a handler throws to choose the status of the response.
public struct HTTPError: Error, CustomStringConvertible {
    /// The status of the response.
    public var status: Response.Status
    /// The text of the response, which the client sees.
    public var message: String
    /// Further fields of the response.
    public var fields: HTTPFields

    /// Makes an error; without a message the text is the reason phrase of the status.
    public init(_ status: Response.Status, _ message: String = "", fields: HTTPFields = [:]) {
        self.status = status
        self.message = message.isEmpty ? status.reasonPhrase : message
        self.fields = fields
    }

    /// Status and message for the log.
    public var description: String { "\(status.code) \(message)" }
}
