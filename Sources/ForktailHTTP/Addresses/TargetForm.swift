/// The four forms of a request target, RFC 9112 section 3.2.
package enum TargetForm: Hashable, Sendable {
    /// `/path?query`
    case origin
    /// `http://authority/path?query`
    case absolute
    /// `host:port`, of CONNECT only
    case authority
    /// `*`, of OPTIONS only
    case asterisk
}
