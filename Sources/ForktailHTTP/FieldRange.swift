/// Where the name and the value of a field line lie in the received bytes.
package struct FieldRange: Hashable, Sendable {
    /// The name: a token, RFC 9110 section 5.1.
    package var name: Range<Int>
    /// The value without the white space around it, RFC 9110 section 5.5.
    package var value: Range<Int>
    /// Whether the name has an underscore; see `HeaderMap`.
    package var hasUnderscore: Bool
}
