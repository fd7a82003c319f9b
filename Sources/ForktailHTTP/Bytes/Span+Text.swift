extension Span<UInt8> {
    /// Says whether the bytes in `range` are `text`, ignoring the case of ASCII letters.
    ///
    /// - Parameters:
    ///   - range: what to compare.
    ///   - text: what to compare with, in lower case.
    /// - Returns: whether they are the same.
    @inline(__always)
    func matches(_ range: Range<Int>, _ text: ASCIILiteral) -> Bool {
        guard range.count == text.count else { return false }
        for offset in 0..<text.count {
            guard self[range.lowerBound + offset].lowercased == text[offset] else { return false }
        }
        return true
    }

    /// Says whether all bytes are those of `other`, ignoring the case of ASCII letters.
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index &+ 8 <= count {
            // SAFETY: the eight bytes lie in both spans.
            let words = unsafe (
                bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self),
                other.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            )
            // Nearly all clients send the usual case.
            guard words.0 == words.1 else { break }
            index &+= 8
        }
        while index < count {
            guard self[index].lowercased == other[index].lowercased else { return false }
            index &+= 1
        }
        return true
    }

    /// Says whether the bytes in `range` are exactly `text`.
    @inline(__always)
    func equals(_ range: Range<Int>, _ text: ASCIILiteral) -> Bool {
        guard range.count == text.count else { return false }
        for offset in 0..<text.count {
            guard self[range.lowerBound + offset] == text[offset] else { return false }
        }
        return true
    }

    /// `range` without the spaces and tabs at its ends: `OWS`, RFC 9110 section 5.6.3.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isBlank { lower &+= 1 }
        while lower < upper, self[upper &- 1].isBlank { upper &-= 1 }
        return lower..<upper
    }

    /// The next element of a comma-separated list, trimmed and perhaps empty; nil at the list's end.
    ///
    /// RFC 9110 section 5.6.1. The first call of a list has `position` at the list's start; each
    /// call leaves it where the next element starts.
    func nextElement(of list: Range<Int>, from position: inout Int) -> Range<Int>? {
        guard position <= list.upperBound else { return nil }
        let rest = position..<list.upperBound
        let end = firstIndex(of: UInt8(ascii: ","), in: rest) ?? list.upperBound
        let element = trimmed(position..<end)
        position = end + 1
        return element
    }
}
