extension Span<UInt8> {
    /// The number that `count` bytes, 16 at most, write with their highest first.
    func number(at start: Int, count: Int) -> UInt128 {
        var number: UInt128 = 0
        for index in start..<start + count { number = number << 8 | UInt128(self[index]) }
        return number
    }

    /// The number that two bytes write with their higher first.
    func number16(at start: Int) -> UInt16 {
        UInt16(self[start]) << 8 | UInt16(self[start + 1])
    }
}

extension UInt16 {
    /// Makes the number that the bytes in `range` write with digits alone; nil where they don't or
    /// it is too large.
    init?(digits range: Range<Int>, of bytes: Span<UInt8>) {
        guard !range.isEmpty else { return nil }
        var number: UInt64 = 0
        for index in range {
            guard bytes[index].isDigit, number.appendDigit(bytes[index] & 0x0f, radix: 10) else {
                return nil
            }
        }
        self.init(exactly: number)
    }
}
