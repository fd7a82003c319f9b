/// The severity of a log line, from the least to the most severe.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// Details for whoever looks for a fault.
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
        lhs.severity < rhs.severity
    }

    private var severity: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        case .critical: 4
        }
    }
}
