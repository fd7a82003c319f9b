import Glibc

/// Where the random numbers of a test run start: `FORKTAIL_SEED`, else the system's choice.
enum Seed {
    static let current: UInt64 = {
        let given = getenv("FORKTAIL_SEED").flatMap { UInt64(String(cString: $0)) }
        return given ?? UInt64.random(in: 0...UInt64.max)
    }()

    /// What a failure says, so that the run can be repeated.
    static var note: String { "FORKTAIL_SEED=\(current)" }
}

/// The SplitMix64 generator: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64 = Seed.current) {
        state = seed
    }

    /// Starts at a place that depends on some bytes alone.
    init(of bytes: [UInt8]) {
        self.init(seed: bytes.reduce(0) { $0 &* 31 &+ UInt64($1) })
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Ascending places to cut `count` bytes at.
    mutating func cuts(of count: Int) -> [Int] {
        guard count > 1 else { return [] }
        let number = Int.random(in: 1...min(8, count - 1), using: &self)
        return (0..<number).map { _ in Int.random(in: 1..<count, using: &self) }.sorted()
    }
}
