/// How fields whose name has an underscore are treated.
///
/// CGI and interfaces derived from it can't tell `X_Real_IP` from `X-Real-IP`, so a client could
/// pass off such a field as one that a proxy has set.
package enum HeaderMap: String, Sendable, CaseIterable {
    /// The application does not see them.
    case drop
    /// A request with one is refused.
    case refuse
    /// They are fields like any other.
    case keep
}
