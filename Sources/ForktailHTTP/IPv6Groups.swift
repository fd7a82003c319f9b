/// The 16-bit groups of an IPv6 address as they are read, RFC 4291 section 2.2.
struct IPv6Groups {
    private var value: UInt128 = 0
    private var count = 0
    /// How many groups stand before `::`.
    private var gap: Int?

    /// Whether a `::` has come.
    var hasGap: Bool { gap != nil }

    /// Notes that `::` comes next.
    mutating func noteGap() {
        gap = count
    }

    /// Takes in the next group.
    mutating func append(_ group: UInt16) {
        value = value << 16 | UInt128(group)
        count += 1
    }

    /// The whole address; nil where there are too many or too few groups.
    var address: UInt128? {
        guard let gap else { return count == 8 ? value : nil }
        guard count <= 7 else { return nil }
        let behind = 16 * (count - gap)
        let front = value >> behind
        return front << (128 - 16 * gap) | (value & ~(UInt128.max << behind))
    }
}
