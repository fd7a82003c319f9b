extension Int {
    /// The number with what it counts: `1 day`, `2 days`.
    package func counted(as noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
