/// The layout of an error log line.
public enum LogFormat: String, CaseIterable, Sendable {
    /// A line for people: time, process id, level, message.
    case text
    /// One JSON object a line, for machines.
    case json
}
