extension [UInt8] {
    /// Appends the bytes of a span.
    package mutating func append(_ span: Span<UInt8>) {
        // SAFETY: the buffer is that of the span and is not kept beyond the call.
        unsafe span.withUnsafeBufferPointer { buffer in
            unsafe append(contentsOf: buffer)
        }
    }

    /// Makes an array of the bytes of a span.
    init(_ span: Span<UInt8>) {
        self.init()
        append(span)
    }
}
