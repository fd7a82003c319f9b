/// A body as an asynchronous handler reads it: no thread is blocked.
///
/// ```swift
/// for try await bytes in request.body { hash.update(bytes) }
/// ```
///
/// The client is read from only while the handler waits for bytes. Bytes that were received already
/// are returned without a wait. One task at a time may read.
extension RequestBody: AsyncSequence {
    /// Waits for more of the body.
    ///
    /// - Parameter count: The most bytes to return, 1 or more.
    /// - Returns: At least one byte, or nil at the body's end.
    /// - Throws: `BodyError`; also for a body that ends early.
    public func read(upTo count: Int = 65_536) async throws(BodyError) -> [UInt8]? {
        guard let source else { return nil }
        let count = Swift.max(count, 1)
        let bytes: [UInt8]
        if let ready = try source.readNow(upTo: count) {
            bytes = ready
        } else {
            bytes = try await source.readLater(upTo: count)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Reads the rest of the body.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: All bytes that were not yet read.
    /// - Throws: `BodyError.tooLarge` when there are more bytes than `limit`.
    public func collect(upTo limit: Int) async throws(BodyError) -> [UInt8] {
        var collected: [UInt8] = []
        while let bytes = try await read() {
            guard bytes.count <= limit - collected.count else { throw .tooLarge }
            collected = collected.isEmpty ? bytes : collected + bytes
        }
        return collected
    }

    /// Reads the rest of the body and drops it.
    public func discard() async throws(BodyError) {
        while try await read() != nil {}
    }

    /// Reads the body from where it was read to.
    public func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    /// Reads a body piece by piece.
    public struct Iterator: AsyncIteratorProtocol {
        let body: RequestBody

        /// Waits for the next bytes; nil at the body's end.
        public mutating func next() async throws(BodyError) -> [UInt8]? {
            try await body.read()
        }

        /// Waits for the next bytes; nil at the body's end.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(BodyError) -> [UInt8]? {
            try await body.read()
        }
    }
}
