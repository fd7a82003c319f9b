/// How much a log line matters.
package enum Severity: String, CaseIterable, Comparable, Sendable {
    case debug, info, warning, error, critical

    /// The level of syslog(3), which the journal reads from a prefix: sd-daemon(3).
    var syslogLevel: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    package static func < (one: Severity, other: Severity) -> Bool {
        one.syslogLevel > other.syslogLevel
    }
}
