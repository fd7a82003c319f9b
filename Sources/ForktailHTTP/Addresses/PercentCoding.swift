/// Percent-encoded octets, RFC 3986 section 2.1.
enum PercentCoding {
    /// The octet that the three bytes from `index` on stand for; nil where they are no escape.
    static func escape(at index: Int, in range: Range<Int>, of bytes: Span<UInt8>) -> UInt8? {
        guard range.upperBound - index >= 3,
            let high = bytes[index + 1].hexadecimalValue,
            let low = bytes[index + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }

    /// The bytes with an escape for each above 0x7F; all others stay.
    static func encodeHighOctets(_ bytes: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            if byte < 0x80 {
                encoded.append(byte)
            } else {
                encoded.append(escapeOf: byte)
            }
        }
        return encoded
    }

    /// The bytes in `range` with their escapes decoded; a `%` that starts none stays.
    static func decode(
        _ range: Range<Int>,
        of bytes: Span<UInt8>,
        plusIsSpace: Bool = false
    ) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), let octet = escape(at: index, in: range, of: bytes) {
                decoded.append(octet)
                index += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
                index += 1
            }
        }
        return decoded
    }
}

extension [UInt8] {
    /// Appends the escape of a byte, with the capital letters of RFC 3986 section 2.1.
    package mutating func append(escapeOf byte: UInt8) {
        append(UInt8(ascii: "%"))
        for digit in [byte >> 4, byte & 15] { append(digit &+ (digit < 10 ? 0x30 : 0x37)) }
    }
}
