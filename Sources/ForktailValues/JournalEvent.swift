/// A line of the log about the life of the service.
package struct JournalEvent: Sendable {
    /// Counted from 1.
    package var number: UInt64
    /// Since 1970.
    package var milliseconds: Int64
    package var level: LogLevel
    /// The name of a `LogEvent`.
    package var name: String
    package var message: String

    /// Makes the event of its facts.
    package init(
        number: UInt64,
        milliseconds: Int64,
        level: LogLevel,
        name: String,
        message: String
    ) {
        self.number = number
        self.milliseconds = milliseconds
        self.level = level
        self.name = name
        self.message = message
    }
}
