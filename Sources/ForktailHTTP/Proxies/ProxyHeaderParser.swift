// Reads the header that a proxy puts before the first byte of a connection.
//
// Invariant: what the parser says depends on the bytes alone, never on how they were cut into
// reads. It keeps nothing between calls: a line of v1 is 107 bytes at most, and of v2 only the first
// 16 bytes are looked at until the whole header is there.

/// The parser of PROXY headers, versions 1 and 2.
package struct ProxyHeaderParser: Sendable {
    /// What the bytes so far are.
    package enum Outcome: Hashable, Sendable {
        /// The beginning of a header, perhaps.
        case incomplete
        /// No header of either version, whatever follows.
        case absent
        /// A whole header, perhaps with more behind it.
        case complete(ProxyHeader)
    }

    private let version: ProxyHeader.Version?

    /// Makes a parser of headers of one version, or of both where `version` is nil.
    package init(version: ProxyHeader.Version? = nil) {
        self.version = version
    }

    /// Says what the bytes are.
    ///
    /// - Parameter bytes: all bytes of the connection so far, from its start.
    /// - Returns: what they are; bytes after a header are ignored.
    /// - Throws: the first fault of a header.
    package func parse(_ bytes: Span<UInt8>) throws(ProxyFault) -> Outcome {
        if let match = Self.match(bytes, with: ProxyLine.signature) {
            guard match else { return .incomplete }
            guard version != .v2 else { throw .unexpectedVersion }
            return try ProxyLine.parse(bytes)
        }
        if let match = Self.match(bytes, with: ProxyBlock.signature) {
            guard match else { return .incomplete }
            guard version != .v1 else { throw .unexpectedVersion }
            return try ProxyBlock.parse(bytes)
        }
        return .absent
    }

    /// Whether the bytes begin with a whole signature; nil where they can't.
    private static func match(_ bytes: Span<UInt8>, with signature: ASCIILiteral) -> Bool? {
        let count = min(bytes.count, signature.count)
        for index in 0..<count where bytes[index] != signature[index] { return nil }
        return count == signature.count
    }
}
