/// The workers in a row that could not boot, as far as their reasons are known.
///
/// Workers mostly fail for one reason, again and again: it is logged once.
struct BootFailures {
    /// Why the last one could not boot; nil where that is not known.
    private(set) var reason: String?
    /// How many there were since the last worker that could.
    private(set) var count = 0
    /// Whether the last two had the same reason.
    private(set) var isRepeated = false

    /// Counts a worker that could not boot.
    mutating func note(_ reason: String) {
        isRepeated = reason == self.reason
        self.reason = reason
        count += 1
    }

    /// ` (3 tries)`.
    static func tries(_ count: Int) -> String {
        " (\(count) \(count == 1 ? "try" : "tries"))"
    }
}
