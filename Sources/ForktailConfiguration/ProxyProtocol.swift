/// Whether connections begin with a PROXY header, and of which version.
public enum ProxyProtocol: String, CaseIterable, Sendable {
    /// They begin with a request.
    case off
    /// With a line of text.
    case v1
    /// With a binary block.
    case v2
    /// With either.
    case auto
}
