/// How the end of a request's body is found, RFC 9112 section 6.3.
package enum BodyFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// The body is that many bytes.
    case length(UInt64)
    /// The body is in the chunked coding.
    case chunked
}
