/// The field lines of a head, in memory that is used again.
///
/// To empty an array costs more than the scan of a line.
package struct FieldList: RandomAccessCollection, Sendable {
    private var room: [FieldRange] = []
    /// How many lines there are.
    package private(set) var endIndex = 0
    /// Zero.
    package var startIndex: Int { 0 }

    /// Makes an empty list.
    package init() {}

    /// The line at a place.
    package subscript(index: Int) -> FieldRange {
        precondition(index < endIndex)
        return room[index]
    }

    /// Adds a line behind the others.
    mutating func append(_ field: FieldRange) {
        if endIndex < room.count { room[endIndex] = field } else { room.append(field) }
        endIndex &+= 1
    }

    /// Removes all lines.
    mutating func removeAll() { endIndex = 0 }
}

/// Where the name and the value of a field line lie in the received bytes.
///
/// The places are kept in 32 bits, so that a value of this type travels in registers; a head of
/// 4 GiB is beyond every limit.
package struct FieldRange: Hashable, Sendable {
    private var nameStart: UInt32
    private var nameEnd: UInt32
    private var valueStart: UInt32
    private var valueEnd: UInt32
    /// Whether the name has an underscore; see `HeaderMap`.
    package var hasUnderscore: Bool

    /// Makes a field line of its places.
    @inline(__always)
    package init(name: Range<Int>, value: Range<Int>, hasUnderscore: Bool) {
        nameStart = UInt32(name.lowerBound)
        nameEnd = UInt32(name.upperBound)
        valueStart = UInt32(value.lowerBound)
        valueEnd = UInt32(value.upperBound)
        self.hasUnderscore = hasUnderscore
    }

    /// The name: a token, RFC 9110 section 5.1.
    @inline(__always)
    package var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }

    /// The value without the white space around it, RFC 9110 section 5.5.
    @inline(__always)
    package var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}
