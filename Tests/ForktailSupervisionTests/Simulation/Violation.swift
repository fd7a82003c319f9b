/// A broken invariant.
struct Violation: Error, CustomStringConvertible {
    let seed: Int
    let invariant: String
    var trace: [String] = []

    var description: String {
        """
        seed \(seed): \(invariant)
        (replay with FORKTAIL_SEED=\(seed); the last events:)
        \(trace.suffix(30).joined(separator: "\n"))
        """
    }
}
