/// A broken invariant.
struct Violation: Error, CustomStringConvertible {
    let seed: Int
    let invariant: String
    var trace: [String] = []
    /// Whether nothing is broken, and the worker has crashed.
    var isCrash = false

    var description: String {
        """
        seed \(seed): \(invariant)
        (replay with FORKTAIL_SEED=\(seed); the last events:)
        \(trace.suffix(40).joined(separator: "\n"))
        """
    }
}
