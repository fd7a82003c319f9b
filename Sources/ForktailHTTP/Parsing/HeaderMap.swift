/// What becomes of fields whose name has an underscore.
///
/// CGI and its heirs can't tell `X_Real_IP` from `X-Real-IP`, so such a field may pose as one
/// that a proxy in front has set.
package enum HeaderMap: String, Sendable, CaseIterable {
    /// The application does not see them.
    case drop
    /// A request with one is refused.
    case refuse
    /// They are fields like any other.
    case keep
}
