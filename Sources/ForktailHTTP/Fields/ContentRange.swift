/// The value of Content-Range, RFC 9110 section 14.4.
package enum ContentRange {
    /// Says which part of a representation is sent; the range must not be empty.
    package static func value(of range: Range<UInt64>, in length: UInt64) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }

    /// Says how long a representation is that has none of the ranges asked for.
    package static func unsatisfied(length: UInt64) -> String {
        "bytes */\(length)"
    }
}
