/// A small seeded random generator: the same seed gives the same world.
struct SplitMix64 {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(truncatingIfNeeded: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed &>> 31)
    }

    /// Returns a number from `low` to `high`, both included.
    mutating func number(_ low: Int, _ high: Int) -> Int {
        low + Int(truncatingIfNeeded: next() &>> 1) % (high - low + 1)
    }

    /// Tells yes in the given share of cases.
    mutating func chance(percent: Int) -> Bool {
        number(0, 99) < percent
    }
}
