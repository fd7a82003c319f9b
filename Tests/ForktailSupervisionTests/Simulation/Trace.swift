import ForktailSupervision

/// What happened in a simulation, to be read by a person.
struct Trace {
    private(set) var lines: [String] = []

    mutating func note(_ text: String, at now: Int) {
        lines.append("\(Self.time(now)) \(text)")
    }

    mutating func note(_ event: Event, _ actions: [Action], _ supervisor: Supervisor, at now: Int) {
        let counts = supervisor.counts
        var line = "\(Self.time(now)) \(event)"
        line += " [\(counts.ready)/\(counts.wanted) ready, \(counts.booting) booting,"
        line += " \(counts.leaving) leaving, generation \(counts.generation)"
        line += counts.reloading.map { " → \($0)]" } ?? "]"
        lines.append(Self.plain(line))
        for action in actions {
            lines.append("             \(Self.plain("\(action)"))")
        }
    }

    /// Returns the text without the module prefixes of nested values.
    private static func plain(_ text: String) -> String {
        text.replacing(/ForktailSupervision\.(\w+\.)?/, with: "")
    }

    private static func time(_ now: Int) -> String {
        let digits = String(now % 1000 + 1000).dropFirst()
        let seconds = String(now / 1000)
        return String(repeating: " ", count: max(0, 4 - seconds.count)) + "\(seconds).\(digits) s"
    }
}
