import Glibc

/// The SplitMix64 generator: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// The seeds to run: the one that `FORKTAIL_SEED` names, or so many by chance.
    static func seeds(_ count: Int) -> [UInt64] {
        guard let text = getenv("FORKTAIL_SEED"), let seed = UInt64(String(cString: text)) else {
            return (0..<count).map { _ in UInt64.random(in: 0...UInt64.max) }
        }
        return [seed]
    }
}
