package import ForktailSystem

// What a process arranges for its logger beside the settings.
extension Logger {
    // SAFETY: written while the process has one thread, which in the arbiter is always; read-only
    // from then on.
    nonisolated(unsafe) private static var prevailing: (() -> LogLevel?)?
    nonisolated(unsafe) private static var journal:
        ((LogLevel, LogEvent, _ message: String) -> Void)?

    /// Lets a level prevail over that of the settings, whenever `level` returns one.
    package static func prevail(with level: (() -> LogLevel?)?) {
        prevailing = level
    }

    /// The level that prevails.
    static var prevailingLevel: LogLevel? { prevailing?() }

    /// Shows each line to `journal` as well, also those that are not severe enough to be written.
    package static func record(to journal: ((LogLevel, LogEvent, String) -> Void)?) {
        self.journal = journal
    }

    static func note(_ severity: LogLevel, _ event: LogEvent, _ message: String) {
        journal?(severity, event, message)
    }
}
