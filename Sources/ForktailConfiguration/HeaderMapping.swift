/// What becomes of request fields whose name has an underscore.
public enum HeaderMapping: String, CaseIterable, Sendable {
    /// The application does not see them.
    case drop
    /// A request with one is refused.
    case refuse
    /// They are fields like any other.
    case keep
}
