import ForktailTestSupport

/// How a world is drawn: every choice takes one number, so that a seed means the same world always.
extension SeededGenerator {
    /// Returns a number from `low` to `high`, both included.
    mutating func number(_ low: Int, _ high: Int) -> Int {
        low + Int(truncatingIfNeeded: next() &>> 1) % (high - low + 1)
    }

    /// Says yes in the given share of cases.
    mutating func chance(percent: Int) -> Bool {
        number(0, 99) < percent
    }

    /// Returns one of the values.
    mutating func choice<Value>(_ values: [Value]) -> Value {
        values[number(0, values.count - 1)]
    }
}
