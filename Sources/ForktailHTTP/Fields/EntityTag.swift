/// An entity tag, which tells one version of a representation from another, RFC 9110 section 8.8.3.
public struct EntityTag: Hashable, Sendable {
    /// What stands between the quotes.
    public let opaque: String
    /// Whether versions with this tag are merely equivalent, not the same byte for byte.
    public let isWeak: Bool

    /// Makes a tag; nil where `opaque` has characters other than visible ASCII, or a quote.
    public init?(_ opaque: String, isWeak: Bool = false) {
        guard opaque.utf8.allSatisfy({ Self.mayHold($0) && $0 < 0x80 }) else { return nil }
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// Reads a tag as it stands in a field, such as `W/"1"`; nil where it is none.
    public init?(field text: String) {
        let isWeak = text.hasPrefix("W/")
        let quoted = Array(text.utf8.dropFirst(isWeak ? 2 : 0))
        guard quoted.count >= 2, quoted.first == UInt8(ascii: "\""),
            quoted.last == UInt8(ascii: "\"")
        else { return nil }
        let opaque = quoted.dropFirst().dropLast()
        guard opaque.allSatisfy(Self.mayHold) else { return nil }
        self.opaque = String(decoding: opaque, as: UTF8.self)
        self.isWeak = isWeak
    }

    /// Says whether both stand for the same bytes: both are strong and equal, section 8.8.3.2.
    public func stronglyMatches(_ other: Self) -> Bool {
        !isWeak && !other.isWeak && opaque == other.opaque
    }

    /// Says whether both name equivalent content: they are equal apart from strength, section
    /// 8.8.3.2.
    public func weaklyMatches(_ other: Self) -> Bool {
        opaque == other.opaque
    }

    /// `etagc`, section 8.8.3.
    private static func mayHold(_ byte: UInt8) -> Bool {
        byte > .space && byte != UInt8(ascii: "\"") && byte != 0x7f
    }
}

extension EntityTag: CustomStringConvertible {
    /// The tag as it stands in a field, such as `W/"1"`.
    public var description: String { isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\"" }
}
