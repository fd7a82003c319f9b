/// The ranges by which latencies are counted: four for each power of two of microseconds, so that a
/// bound is at most a quarter above what it bounds.
package enum LatencyBucket {
    /// How many there are; the last one takes what is longer than any other.
    package static let count = 112

    /// The range of a latency.
    @inlinable package static func index(ofMicroseconds latency: UInt64) -> Int {
        guard latency > 3 else { return Int(latency) }
        let power = UInt64.bitWidth - 1 - latency.leadingZeroBitCount
        let index = (power - 1) << 2 | Int(truncatingIfNeeded: latency >> UInt64(power - 2)) & 3
        return min(index, count - 1)
    }

    /// What the latencies of a range are below, in microseconds; nil for the last one.
    package static func bound(of index: Int) -> UInt64? {
        guard index < count - 1 else { return nil }
        guard index > 3 else { return UInt64(index + 1) }
        let power = index >> 2 + 1
        return UInt64(4 + index & 3 + 1) << UInt64(power - 2)
    }
}
