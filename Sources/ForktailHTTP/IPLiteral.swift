/// The grammar of what stands between brackets in a host, RFC 3986 section 3.2.2.
enum IPLiteral {
    /// Says whether the bytes in `range` are an IPv6 address or one of a future version.
    static func isValid(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        guard let first = range.first else { return false }
        return bytes[first].lowercased == UInt8(ascii: "v")
            ? isFuture(range, of: bytes) : isIPv6(range, of: bytes)
    }

    /// Says whether it is `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
    private static func isFuture(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        guard let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: range) else { return false }
        let version = (range.lowerBound + 1)..<dot
        let address = (dot + 1)..<range.upperBound
        guard !version.isEmpty, !address.isEmpty else { return false }
        for index in version where bytes[index].hexadecimalValue == nil { return false }
        for index in address {
            let byte = bytes[index]
            guard byte == UInt8(ascii: ":") || ByteSet.registeredName.contains(byte) else {
                return false
            }
        }
        return true
    }

    /// Eight groups, or fewer with one `::`; the last two may be an IPv4 address.
    private static func isIPv6(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        var groups = 0
        var isCompressed = false
        var index = range.lowerBound
        if startsWithColons(range, of: bytes) {
            isCompressed = true
            index += 2
        }
        while index < range.upperBound {
            let end = bytes.firstIndex(of: UInt8(ascii: ":"), in: index..<range.upperBound)
            let width = width(
                ofGroup: index..<(end ?? range.upperBound),
                of: bytes,
                isLast: end == nil
            )
            guard let width else { return false }
            groups += width
            guard let end else { break }
            index = end + 1
            guard index < range.upperBound else { return false }
            if bytes[index] == UInt8(ascii: ":") {
                guard !isCompressed else { return false }
                isCompressed = true
                index += 1
            }
        }
        return isCompressed ? groups <= 7 : groups == 8
    }

    private static func startsWithColons(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        range.count >= 2 && bytes[range.lowerBound] == UInt8(ascii: ":")
            && bytes[range.lowerBound + 1] == UInt8(ascii: ":")
    }

    /// How many 16-bit groups the bytes between two colons stand for; nil where they are wrong.
    private static func width(
        ofGroup group: Range<Int>,
        of bytes: Span<UInt8>,
        isLast: Bool
    ) -> Int? {
        if isLast, bytes.firstIndex(of: UInt8(ascii: "."), in: group) != nil {
            return isIPv4(group, of: bytes) ? 2 : nil
        }
        guard (1...4).contains(group.count) else { return nil }
        for index in group where bytes[index].hexadecimalValue == nil { return nil }
        return 1
    }

    /// Four numbers up to 255 without leading zeros, with dots between.
    private static func isIPv4(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        var start = range.lowerBound
        for part in 1...4 {
            let rest = start..<range.upperBound
            let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: rest)
            guard (dot == nil) == (part == 4) else { return false }
            let end = dot ?? range.upperBound
            guard isOctet(start..<end, of: bytes) else { return false }
            start = min(end + 1, range.upperBound)
        }
        return true
    }

    private static func isOctet(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        guard (1...3).contains(range.count) else { return false }
        guard range.count == 1 || bytes[range.lowerBound] != UInt8(ascii: "0") else { return false }
        var value = 0
        for index in range {
            guard bytes[index].isDigit else { return false }
            value = value * 10 + Int(bytes[index] & 0x0f)
        }
        return value <= 255
    }
}
