/// Where a request's body comes from: the connection.
package protocol BodySource: AnyObject {
    /// Waits for bytes of the decoded body.
    ///
    /// - Parameter count: the most to return, 1 or more.
    /// - Returns: at least one byte, or none at the body's end and ever after.
    /// - Throws: why there are no more bytes although the body has not ended.
    func read(upTo count: Int) throws(BodyError) -> [UInt8]

    /// The same, for a task: it does not block the thread.
    ///
    /// - Parameter count: The most to return, 1 or more.
    /// - Returns: At least one byte; none at the end; nil where `readLater` has to wait.
    /// - Throws: Why there are no more bytes although the body has not ended.
    func readNow(upTo count: Int) throws(BodyError) -> [UInt8]?

    /// Waits for bytes in a task, without blocking the thread.
    func readLater(upTo count: Int) async throws(BodyError) -> [UInt8]

    /// The fields after a chunked body, RFC 9112 section 7.1.2; none before its end.
    var trailers: HTTPFields { get }
}

/// A source that a thread of its own reads from may block in a task, too.
extension BodySource {
    package func readNow(upTo count: Int) throws(BodyError) -> [UInt8]? { try read(upTo: count) }

    package func readLater(upTo count: Int) async throws(BodyError) -> [UInt8] {
        try read(upTo: count)
    }
}
