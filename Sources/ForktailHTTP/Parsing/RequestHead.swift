/// Where the parts of a request's head lie in the received bytes, and what they mean together.
///
/// All ranges are offsets into the bytes that were parsed; nothing is copied. The value is meant
/// to be used again for the next request, whose fields then take the storage of these.
package struct RequestHead: Sendable {
    /// The method, RFC 9110 section 9.1.
    package var method: Range<Int> = 0..<0
    /// The request target as received, RFC 9112 section 3.2.
    package var target: Range<Int> = 0..<0
    /// Whether the target has octets above 0x7F that the client should have escaped.
    package var hasRawOctets = false
    /// Whether it is an absolute target of the scheme `https`.
    package var isSecureTarget = false
    /// The form of the target.
    package var form: TargetForm = .origin
    /// The target's path with its escapes; empty where the target has none.
    package var path: Range<Int> = 0..<0
    /// The target's query without its question mark; nil where there is no question mark.
    package var query: Range<Int>?
    /// The host and port asked for: the target's own, else the Host field's; nil where neither is.
    package var authority: Range<Int>?
    /// 0 for HTTP/1.0; 1 for HTTP/1.1 and every later 1.x.
    package var minorVersion = 1
    /// The field lines in the order received.
    package var fields = FieldList()
    /// Tells of names that they are not among the fields.
    var names = FieldNameFilter()
    /// How many bytes the head is, with the empty line at its end and one tolerated before it.
    package var length = 0
    /// How the end of the body is found.
    package var framing: BodyFraming = .none
    /// Whether the client keeps the connection open after this request, RFC 9112 section 9.3.
    package var persists = false
    /// Whether the client waits for `100 Continue` before its body, RFC 9110 section 10.1.1.
    package var expectsContinue = false

    /// Makes an empty head for a parser to fill.
    package init() {}
}
