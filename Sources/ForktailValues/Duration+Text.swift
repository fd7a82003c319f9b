extension Duration {
    /// The length for people: `30 s`, `1.5 s`, `400 ms`; milliseconds are the smallest unit.
    package var text: String {
        let milliseconds = nanoseconds / 1_000_000
        guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
        let rest = milliseconds % 1000
        guard rest > 0 else { return "\(milliseconds / 1000) s" }
        var digits = Substring(String(1000 + rest).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(milliseconds / 1000).\(digits) s"
    }
}
