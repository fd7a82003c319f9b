/// A pattern of paths below a directory, such as `*.css` or `/assets/*`.
///
/// A star stands for any number of any characters, slashes too; every other character for itself. A
/// pattern begins with a star or with the slash that every path begins with.
public struct PathPattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    public let description: String

    /// Creates a pattern; `nil` where the text begins neither with a star nor with a slash.
    public init?(_ text: String) {
        guard text.hasPrefix("*") || text.hasPrefix("/") else { return nil }
        description = text
    }

    /// Says whether a path fits.
    ///
    /// - Parameter path: The decoded path, with a slash in front.
    /// - Returns: Whether the pattern stands for it.
    public func matches(_ path: String) -> Bool {
        matches(Array(path.utf8))
    }

    /// The same of a path that need not be text.
    package func matches(_ path: [UInt8]) -> Bool {
        Self.matches(Array(description.utf8), path)
    }

    /// Goes back to the latest star alone, so that no pattern takes more than a quadratic time.
    private static func matches(_ pattern: [UInt8], _ path: [UInt8]) -> Bool {
        var (position, index) = (0, 0)
        var retry: (position: Int, index: Int)?
        while index < path.count {
            if position < pattern.count, pattern[position] == ascii("*") {
                retry = (position + 1, index)
                position += 1
            } else if position < pattern.count, pattern[position] == path[index] {
                position += 1
                index += 1
            } else if let latest = retry {
                retry = (latest.position, latest.index + 1)
                (position, index) = (latest.position, latest.index + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == ascii("*") }
    }
}

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
