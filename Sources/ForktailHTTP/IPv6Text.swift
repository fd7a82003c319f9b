/// The one way to write an IPv6 address, RFC 5952.
enum IPv6Text {
    /// The text of the address whose first eight octets are `high` and whose last are `low`.
    static func make(high: UInt64, low: UInt64) -> String {
        if high == 0, low >> 32 == 0xffff {
            return "::ffff:" + RemoteAddress.text(ofIPv4: UInt32(truncatingIfNeeded: low))
        }
        let groups = groups(of: high) + groups(of: low)
        guard let zeros = longestZeros(in: groups) else { return text(of: groups[...]) }
        return text(of: groups[..<zeros.lowerBound]) + "::" + text(of: groups[zeros.upperBound...])
    }

    private static func groups(of half: UInt64) -> [UInt64] {
        [half >> 48, half >> 32 & 0xffff, half >> 16 & 0xffff, half & 0xffff]
    }

    private static func text(of groups: ArraySlice<UInt64>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of two or more zeros, RFC 5952 section 4.2.
    private static func longestZeros(in groups: [UInt64]) -> Range<Int>? {
        var longest = 0..<1
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<(index + 1)
            }
        }
        return longest.count >= 2 ? longest : nil
    }
}
