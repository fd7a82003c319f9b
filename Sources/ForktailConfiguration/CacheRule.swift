/// A value of Cache-Control and the files that it is for.
public struct CacheRule: Sendable, Hashable {
    /// The files.
    public let pattern: PathPattern
    /// The field's value, such as `public, max-age=31536000, immutable`; RFC 9111 section 5.2.
    public let value: String

    /// Creates a rule; `nil` where `pattern` is no pattern or `value` is no text of a field.
    ///
    /// - Parameters:
    ///   - pattern: A pattern, see `PathPattern`.
    ///   - value: Printable ASCII, at least one character.
    public init?(_ pattern: String, _ value: String) {
        guard let pattern = PathPattern(pattern), !value.isEmpty,
            value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
        else { return nil }
        self.pattern = pattern
        self.value = value
    }
}
