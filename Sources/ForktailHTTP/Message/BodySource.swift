/// Where a request's body comes from: the connection.
package protocol BodySource: AnyObject {
    /// Waits for bytes of the decoded body.
    ///
    /// - Parameter count: the most to return, 1 or more.
    /// - Returns: at least one byte, or none at the body's end and ever after.
    /// - Throws: why there are no more bytes although the body has not ended.
    func read(upTo count: Int) throws(BodyError) -> [UInt8]

    /// The fields after a chunked body, RFC 9112 section 7.1.2; none before its end.
    var trailers: HTTPFields { get }
}
