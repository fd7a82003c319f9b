/// Reads addresses that are written as text, RFC 3986 section 3.2.2 and RFC 4291 section 2.2.
enum IPAddressReader {
    /// The address that the bytes in `range` write: four numbers up to 255 without leading zeros,
    /// with dots between; nil where they don't.
    static func ipv4(_ range: Range<Int>, of bytes: Span<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var start = range.lowerBound
        for part in 1...4 {
            let rest = start..<range.upperBound
            let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: rest)
            guard (dot == nil) == (part == 4) else { return nil }
            let end = dot ?? range.upperBound
            guard let octet = octet(start..<end, of: bytes) else { return nil }
            address = address << 8 | octet
            start = min(end + 1, range.upperBound)
        }
        return address
    }

    /// The address that the bytes in `range` write: eight groups, or fewer with one `::`, of which
    /// the last two may be an IPv4 address; nil where they don't.
    static func ipv6(_ range: Range<Int>, of bytes: Span<UInt8>) -> UInt128? {
        var groups = IPv6Groups()
        var index = range.lowerBound
        if startsWithColons(range, of: bytes) {
            groups.noteGap()
            index += 2
        }
        while index < range.upperBound {
            let end = bytes.firstIndex(of: UInt8(ascii: ":"), in: index..<range.upperBound)
            let group = index..<(end ?? range.upperBound)
            guard append(group, of: bytes, isLast: end == nil, to: &groups) else { return nil }
            guard let end else { break }
            index = end + 1
            guard index < range.upperBound else { return nil }
            if bytes[index] == UInt8(ascii: ":") {
                guard !groups.hasGap else { return nil }
                groups.noteGap()
                index += 1
            }
        }
        return groups.address
    }

    private static func startsWithColons(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        range.count >= 2 && bytes[range.lowerBound] == UInt8(ascii: ":")
            && bytes[range.lowerBound + 1] == UInt8(ascii: ":")
    }

    /// Takes in what stands between two colons, and says whether it may stand there.
    private static func append(
        _ group: Range<Int>,
        of bytes: Span<UInt8>,
        isLast: Bool,
        to groups: inout IPv6Groups
    ) -> Bool {
        if isLast, bytes.firstIndex(of: UInt8(ascii: "."), in: group) != nil {
            guard let address = ipv4(group, of: bytes) else { return false }
            groups.append(UInt16(address >> 16))
            groups.append(UInt16(address & 0xffff))
            return true
        }
        guard (1...4).contains(group.count) else { return false }
        var value: UInt16 = 0
        for index in group {
            guard let digit = bytes[index].hexadecimalValue else { return false }
            value = value << 4 | UInt16(digit)
        }
        groups.append(value)
        return true
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
