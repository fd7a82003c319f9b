/// What a handler throws to have the client answered with a status.
public struct HTTPError: Error, CustomStringConvertible {
    /// The status of the answer.
    public var status: Response.Status
    /// The text of the answer, which the client sees.
    public var message: String
    /// Fields of the answer beside those of the protocol.
    public var fields: HTTPFields

    /// Makes an error; without a message the answer says the status' phrase.
    public init(_ status: Response.Status, _ message: String = "", fields: HTTPFields = [:]) {
        self.status = status
        self.message = message.isEmpty ? status.reasonPhrase : message
        self.fields = fields
    }

    /// Status and message for the log.
    public var description: String { "\(status.code) \(message)" }
}
