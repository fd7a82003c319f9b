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
