/// How much a log line matters.
package enum Severity: Int, Comparable, Sendable {
    case debug, info, warning, error, critical

    /// The word in a log line.
    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }

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
        one.rawValue < other.rawValue
    }
}
