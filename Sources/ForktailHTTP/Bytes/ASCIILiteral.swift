/// Text of the source code that received bytes are compared with.
@_spi(inlined) public struct ASCIILiteral: ExpressibleByStringLiteral, Sendable {
    @usableFromInline let text: StaticString

    /// Makes the bytes of a literal.
    @inlinable public init(stringLiteral text: StaticString) {
        self.text = text
    }

    /// How many bytes it has.
    @inline(__always)
    var count: Int { text.utf8CodeUnitCount }

    /// The byte at a place.
    @inline(__always)
    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        // SAFETY: the bytes of a literal live as long as the program, and there are `count` of them.
        return unsafe text.utf8Start[index]
    }

    /// Lends all its bytes to `body`.
    @inlinable @inline(__always)
    public func withBytes(_ body: (Span<UInt8>) -> Void) {
        // SAFETY: the bytes of a literal live as long as the program, and there are `count` of them.
        text.withUTF8Buffer { buffer in unsafe body(Span(_unsafeElements: buffer)) }
    }
}
