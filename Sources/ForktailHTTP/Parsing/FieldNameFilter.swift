/// What a head's field names have in common with a name, in 64 bits: it says that a name is not there.
///
/// Most fields that are asked for were not sent; a look through the list compares each name.
struct FieldNameFilter: Sendable {
    private var marks: UInt64 = 0

    /// Adds the name in `range`, which is not empty.
    @inline(__always)
    mutating func note(_ range: Range<Int>, of bytes: Span<UInt8>) {
        marks |= Self.mark(first: bytes[range.lowerBound], count: range.count)
    }

    /// Whether a name can be among those that were added.
    func mayHave(_ name: Span<UInt8>) -> Bool {
        !name.isEmpty && marks & Self.mark(first: name[0], count: name.count) != 0
    }

    /// One bit for the first letter, whatever its case, and the length.
    @inline(__always)
    private static func mark(first: UInt8, count: Int) -> UInt64 {
        1 &<< (UInt64(first & 0x1F) &+ UInt64(truncatingIfNeeded: count) &* 11)
    }
}
