// Loops over received bytes that are worth making fast. Each checks its bounds once, up front.

extension Span<UInt8> {
    /// The first place from `start` on, before `end`, of a byte that is not in `set`; else `end`.
    @inline(__always)
    func endOfRun(of set: ByteSet, from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count)
        var index = start
        // SAFETY: `index` lies between `start` and `end`, which lie in the span.
        while index < end, unsafe set.contains(self[unchecked: index]) { index &+= 1 }
        return index
    }

    /// Whether `HTTP/1.1` and the end of the line lie at `start`: the version of nearly all requests.
    @inline(__always)
    func startsUsualVersion(at start: Int) -> Bool {
        guard start >= 0, start &+ 10 <= count else { return false }
        // SAFETY: the ten bytes lie in the span.
        let version = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start,
            as: UInt64.self
        )
        let end = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start &+ 8,
            as: UInt16.self
        )
        return UInt64(bigEndian: version) == 0x4854_5450_2f31_2e31
            && UInt16(bigEndian: end) == 0x0d0a
    }

    /// Whether no byte is above 0x7F.
    var isASCII: Bool {
        var index = 0
        var all: UInt64 = 0
        while index &+ 8 <= count {
            // SAFETY: the eight bytes lie in the span.
            all |= unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < count {
            all |= UInt64(self[index])
            index &+= 1
        }
        return all & 0x8080_8080_8080_8080 == 0
    }

    /// The first place from `start` on, before `end`, of a byte that no field value may hold; else
    /// `end`.
    func endOfFieldValue(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count)
        var index = start
        while index &+ 8 <= end {
            // SAFETY: the eight bytes lie between `start` and `end`, which lie in the span.
            let word = unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: index,
                as: UInt64.self
            )
            let marks = UInt64(littleEndian: word).controlByteMarks
            guard marks != 0 else {
                index &+= 8
                continue
            }
            index &+= marks.trailingZeroBitCount / 8
            guard self[index] == .horizontalTab else { return index }
            index &+= 1
        }
        while index < end, self[index].isFieldValue { index &+= 1 }
        return index
    }
}

extension UInt64 {
    /// Zero where none of the eight bytes is a control byte, which is one below 0x20 or 0x7F; else
    /// the lowest bit set is the top bit of the first.
    ///
    /// Subtracting 0x20 from each byte sets the top bit of those below it, and of 0x7F XOR 0x7F
    /// when 1 is subtracted. A borrow can mark bytes above the first found, never below.
    @inline(__always)
    fileprivate var controlByteMarks: UInt64 {
        let tops: UInt64 = 0x8080_8080_8080_8080
        let below = (self &- 0x2020_2020_2020_2020) & ~self
        let deletes = self ^ 0x7f7f_7f7f_7f7f_7f7f
        let equal = (deletes &- 0x0101_0101_0101_0101) & ~deletes
        return (below | equal) & tops
    }
}
