// Both forms of IP addresses as text: RFC 4291 section 2.2, RFC 3986 section 3.2.2, RFC 5952.
// No other code of forktail parses or prints an address.

/// An IPv4 address, its first octet in the highest bits.
package struct IPv4Address: Hashable, Sendable {
    /// The address as a number.
    package let rawValue: UInt32

    /// Makes the address of a number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Parses a whole text; nil where it is no IPv4 address.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(bytes.indices, of: bytes.span)
    }

    /// Parses the bytes in `range`: four numbers up to 255 without leading zeros, with dots
    /// between; nil where they are something else.
    package init?(_ range: Range<Int>, of bytes: Span<UInt8>) {
        var address: UInt32 = 0
        var start = range.lowerBound
        for part in 1...4 {
            let rest = start..<range.upperBound
            let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: rest)
            guard (dot == nil) == (part == 4) else { return nil }
            let end = dot ?? range.upperBound
            guard let octet = Self.octet(start..<end, of: bytes) else { return nil }
            address = address << 8 | octet
            start = min(end + 1, range.upperBound)
        }
        rawValue = address
    }

    private static func octet(_ range: Range<Int>, of bytes: Span<UInt8>) -> UInt32? {
        guard (1...3).contains(range.count) else { return nil }
        guard range.count == 1 || bytes[range.lowerBound] != UInt8(ascii: "0") else { return nil }
        var value: UInt32 = 0
        for index in range {
            guard bytes[index].isDigit else { return nil }
            value = value * 10 + UInt32(bytes[index] & 0x0f)
        }
        return value <= 255 ? value : nil
    }
}

extension IPv4Address: CustomStringConvertible {
    /// Four numbers with dots between.
    package var description: String {
        unsafe String(unsafeUninitializedCapacity: Self.textLimit) { unsafe write(to: $0) }
    }

    /// Lends the bytes of the description to `body`.
    func withText(_ body: (Span<UInt8>) -> Void) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.textLimit) { text in
            let count = unsafe write(to: text)
            unsafe body(text.span.extracting(first: count))
        }
    }

    /// Four numbers of at most three digits and three dots.
    private static let textLimit = 15

    // SAFETY: there is room for `textLimit` bytes, and it writes no more.
    private func write(to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var count = 0
        func append(_ byte: UInt8) {
            unsafe text[count] = byte
            count &+= 1
        }
        for place: UInt32 in 0..<4 {
            if place > 0 { append(UInt8(ascii: ".")) }
            let octet = UInt8(truncatingIfNeeded: rawValue >> (24 &- 8 &* place))
            if octet >= 100 { append(0x30 &+ octet / 100) }
            if octet >= 10 { append(0x30 &+ octet / 10 % 10) }
            append(0x30 &+ octet % 10)
        }
        return count
    }
}

/// An IPv6 address, its first octet in the highest bits.
package struct IPv6Address: Hashable, Sendable {
    /// The address as a number.
    package let rawValue: UInt128

    /// Makes the address of a number.
    package init(rawValue: UInt128) {
        self.rawValue = rawValue
    }

    /// The IPv4 address that an address of `::ffff:0:0/96` holds (RFC 4291 section 2.5.5.2); nil
    /// for any other.
    package var mappedIPv4: IPv4Address? {
        rawValue >> 32 == 0xffff ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: rawValue)) : nil
    }

    /// Parses a whole text; nil where it is no IPv6 address.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(bytes.indices, of: bytes.span)
    }

    /// Parses the bytes in `range`: eight groups, or fewer with one `::`, of which the last two may
    /// be an IPv4 address; nil where they are something else.
    package init?(_ range: Range<Int>, of bytes: Span<UInt8>) {
        var groups = Groups()
        var index = range.lowerBound
        if Self.startsWithColons(range, of: bytes) {
            groups.markGap()
            index += 2
        }
        while index < range.upperBound {
            let end = bytes.firstIndex(of: UInt8(ascii: ":"), in: index..<range.upperBound)
            let group = index..<(end ?? range.upperBound)
            guard groups.append(group, of: bytes, isLast: end == nil) else { return nil }
            guard let end else { break }
            index = end + 1
            guard index < range.upperBound else { return nil }
            if bytes[index] == UInt8(ascii: ":") {
                guard !groups.hasGap else { return nil }
                groups.markGap()
                index += 1
            }
        }
        guard let address = groups.address else { return nil }
        rawValue = address
    }

    private static func startsWithColons(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        range.count >= 2 && bytes[range.lowerBound] == UInt8(ascii: ":")
            && bytes[range.lowerBound + 1] == UInt8(ascii: ":")
    }

    /// The 16-bit groups of an address while it is parsed.
    private struct Groups {
        private var value: UInt128 = 0
        private var count = 0
        /// The number of groups in front of `::`.
        private var gap: Int?

        var hasGap: Bool { gap != nil }

        mutating func markGap() {
            gap = count
        }

        /// Appends what stands between two colons; false where it is no group.
        mutating func append(_ group: Range<Int>, of bytes: Span<UInt8>, isLast: Bool) -> Bool {
            if isLast, bytes.firstIndex(of: UInt8(ascii: "."), in: group) != nil {
                guard let address = IPv4Address(group, of: bytes) else { return false }
                append(UInt16(address.rawValue >> 16))
                append(UInt16(address.rawValue & 0xffff))
                return true
            }
            guard (1...4).contains(group.count) else { return false }
            var value: UInt16 = 0
            for index in group {
                guard let digit = bytes[index].hexadecimalValue else { return false }
                value = value << 4 | UInt16(digit)
            }
            append(value)
            return true
        }

        private mutating func append(_ group: UInt16) {
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
}

extension IPv6Address: CustomStringConvertible {
    /// The one text that RFC 5952 has for the address.
    package var description: String {
        if let mappedIPv4 { return "::ffff:\(mappedIPv4)" }
        let groups = (0..<8).map { rawValue >> (112 - 16 * UInt128($0)) & 0xffff }
        guard let zeros = Self.longestZeros(in: groups) else { return Self.text(of: groups[...]) }
        return Self.text(of: groups[..<zeros.lowerBound]) + "::"
            + Self.text(of: groups[zeros.upperBound...])
    }

    private static func text(of groups: ArraySlice<UInt128>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of two or more zeros, RFC 5952 section 4.2.
    private static func longestZeros(in groups: [UInt128]) -> Range<Int>? {
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
