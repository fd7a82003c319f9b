/// Memory for one receive call, used again for the next.
final class ReceiveBuffer {
    // SAFETY: freed in deinit only; `ConnectionIO` keeps a reference for as long as it uses it.
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    init(size: Int) {
        bytes = .allocate(capacity: size)
        bytes.initialize(repeating: 0)
    }

    deinit {
        bytes.deallocate()
    }

    /// The memory to receive into.
    var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(bytes) }

    /// Lends the first bytes to `body`.
    func withBytes<Result>(_ count: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(first: count))
    }
}
