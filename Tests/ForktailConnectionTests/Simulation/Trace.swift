/// What happened in a simulation, to be read by a person.
struct Trace {
    private(set) var lines: [String] = []

    mutating func note(_ text: String, at now: Int) {
        lines.append("\(Self.time(now)) \(text)")
    }

    private static func time(_ now: Int) -> String {
        let digits = String(now % 1000 + 1000).dropFirst()
        let seconds = String(now / 1000)
        return String(repeating: " ", count: max(0, 4 - seconds.count)) + "\(seconds).\(digits) s"
    }
}
