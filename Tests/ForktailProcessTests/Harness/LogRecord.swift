import ForktailValues
import Foundation

/// A line of a server's log, by its fields.
struct LogRecord {
    /// The whole line.
    let line: String
    /// What it is about; nil for a line that isn't forktail's, such as the message of a trap.
    let event: LogEvent?
    let fields: [String: Any]

    init(_ line: Substring) {
        self.line = String(line)
        fields = Self.object(line) ?? Self.textFields(line)
        event = (fields["event"] as? String).flatMap(LogEvent.init)
    }

    /// Whether it is of the level error or above.
    var isError: Bool { ["error", "critical"].contains(text("level")) }

    var message: String { text("message") }

    func text(_ name: String) -> String { fields[name] as? String ?? "" }

    func texts(_ name: String) -> [String]? { fields[name] as? [String] }

    func number(_ name: String) -> Int? { fields[name] as? Int }

    func seconds(_ name: String) -> Double? { fields[name] as? Double }

    /// The worker that the line is about.
    var worker: pid_t? { number("worker_pid").map(pid_t.init) }

    /// Whether it is about something, with values of some fields.
    func matches(_ event: LogEvent, _ values: [String: any LogValue]) -> Bool {
        self.event == event
            && values.allSatisfy { name, value in fields[name].map(value.matches) ?? false }
    }

    private static func object(_ line: Substring) -> [String: Any]? {
        guard line.hasPrefix("{") else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }

    /// What the harness needs of a log in the text form: where the server listens, which workers are
    /// ready, and which lines are errors.
    private static func textFields(_ line: Substring) -> [String: Any] {
        var fields: [String: Any] = [:]
        if let match = line.firstMatch(of: /\[\d+\] (debug|info|warning|error|critical)\s/) {
            fields["level"] = String(match.1)
        }
        if let match = line.firstMatch(of: /listening at ([^ ]+)/) {
            fields["event"] = LogEvent.listening.rawValue
            fields["address"] = String(match.1)
        }
        if let match = line.firstMatch(of: /the observer is pid (\d+)/) {
            fields["event"] = LogEvent.observerStarted.rawValue
            fields["observer_pid"] = Int(match.1)
        }
        if line.contains(": the application threw ") {
            fields["event"] = LogEvent.handlerThrew.rawValue
        }
        if let match = line.firstMatch(of: /\(pid (\d+)\) ready after/) {
            fields["event"] = LogEvent.workerReady.rawValue
            fields["worker_pid"] = Int(match.1)
        }
        return fields
    }
}

/// What a field of a line is compared with.
protocol LogValue {
    func matches(_ value: Any) -> Bool
}

extension String: LogValue {
    func matches(_ value: Any) -> Bool { value as? String == self }
}

extension Int: LogValue {
    func matches(_ value: Any) -> Bool { value as? Int == self }
}

extension pid_t: LogValue {
    func matches(_ value: Any) -> Bool { value as? Int == Int(self) }
}

/// A text that has another one in it.
struct Containing: LogValue {
    let part: String

    init(_ part: String) { self.part = part }

    func matches(_ value: Any) -> Bool { (value as? String)?.contains(part) == true }
}
