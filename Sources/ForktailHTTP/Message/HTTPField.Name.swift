extension HTTPField {
    /// The name of a field: a token whose letter case says nothing, RFC 9110 section 5.1.
    public struct Name: Hashable, Sendable, CustomStringConvertible {
        /// The name as it was written.
        public let rawName: String

        /// Makes a name; nil when `name` is no token.
        public init?(_ name: String) {
            guard !name.isEmpty, name.utf8.allSatisfy(ByteSet.token.contains) else { return nil }
            rawName = name
        }

        /// Makes a name of a token.
        package init(unchecked name: String) {
            rawName = name
        }

        /// The name in lower case.
        public var canonicalName: String { rawName.lowercased() }

        /// The name as it was written.
        public var description: String { rawName }

        /// Says whether two names are the same, ignoring letter case.
        public static func == (one: Self, other: Self) -> Bool {
            one.rawName.utf8.span.equalsIgnoringCase(other.rawName.utf8.span)
        }

        /// Feeds the name without the case of its letters.
        public func hash(into hasher: inout Hasher) {
            for byte in rawName.utf8 { hasher.combine(byte.lowercased) }
        }
    }
}
