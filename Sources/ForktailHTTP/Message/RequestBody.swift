/// The content of a request.
///
/// A body of up to `request_buffer_size` was received before the handler runs. A larger one is
/// received while the handler reads it. The first read sends `100 Continue` to a client that still
/// waits for it. One thread or task at a time may read it.
public struct RequestBody: @unchecked Sendable {
    // SAFETY: its source belongs to the one connection of the request, whose driver uses it while
    // the handler reads only.

    let source: (any BodySource)?

    /// Makes a body that `source` gives; nil for a request without one.
    package init(source: (any BodySource)?) {
        self.source = source
    }

    /// A body without bytes.
    public static var empty: RequestBody { RequestBody(source: nil) }

    /// Waits for more of the body.
    ///
    /// - Parameter count: the most bytes to return, 1 or more.
    /// - Returns: at least one byte, or nil at the body's end.
    /// - Throws: `BodyError`; also for a body that ends early.
    public func read(upTo count: Int = 65_536) throws(BodyError) -> [UInt8]? {
        guard let bytes = try source?.read(upTo: Swift.max(count, 1)), !bytes.isEmpty else {
            return nil
        }
        return bytes
    }

    /// Reads the rest of the body.
    ///
    /// - Parameter limit: the most bytes to take.
    /// - Returns: all bytes that were not yet read.
    /// - Throws: `BodyError.tooLarge` when there are more bytes than `limit`.
    public func collect(upTo limit: Int) throws(BodyError) -> [UInt8] {
        var collected: [UInt8] = []
        while let bytes = try read() {
            guard bytes.count <= limit - collected.count else { throw .tooLarge }
            if collected.isEmpty {
                collected = bytes
            } else {
                collected.append(contentsOf: bytes)
            }
        }
        return collected
    }

    /// Reads the rest of the body and drops it.
    public func discard() throws(BodyError) {
        while try read() != nil {}
    }

    /// The fields after a chunked body, RFC 9112 section 7.1.2; none before its end was read.
    public var trailers: HTTPFields { source?.trailers ?? [:] }
}
