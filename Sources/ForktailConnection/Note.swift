package import ForktailValues

/// A line for the error log.
package struct Note: Hashable, Sendable {
    /// How much it matters.
    package let level: LogLevel
    /// What it is about.
    package let event: LogEvent
    /// What happened, with the client and the request in front.
    package let message: String
    /// The client's address.
    package let client: String
    /// The request line, as far as it is known.
    package let request: String?
    /// The request's id; nil where it has none.
    package let requestID: String?
    /// Why, without the subject.
    package let reason: String
    /// The status that answers the client; nil where nothing does.
    package let status: Int?
}
