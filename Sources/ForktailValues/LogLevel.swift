/// The severity of a log line, from the least to the most severe.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// Details for finding a fault.
    case debug
    /// What a healthy server does.
    case info
    /// What may need attention.
    case warning
    /// What failed.
    case error
    /// What stops the service or a part of it.
    case critical

    /// Returns whether a level is less severe than another.
    public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool {
        lhs.syslogPriority > rhs.syslogPriority
    }

    /// The priority of syslog(3), which the journal reads from a prefix: sd-daemon(3).
    package var syslogPriority: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// Its place among all levels, from the least severe one on.
    package var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The level at a place; nil where there is none.
    package init?(place: Int) {
        guard Self.allCases.indices.contains(place) else { return nil }
        self = Self.allCases[place]
    }
}
