/// What the encoding of a response needs to know of its request.
package struct ResponseContext: Hashable, Sendable {
    /// Whether the method was HEAD.
    package var isHead: Bool
    /// 0 for a client of HTTP/1.0, 1 for one of HTTP/1.1.
    package var minorVersion: Int
    /// Whether the connection is kept open.
    package var persists: Bool
    /// Whether the connection has TLS.
    package var isSecure: Bool

    /// Makes a context of its parts.
    package init(isHead: Bool, minorVersion: Int, persists: Bool, isSecure: Bool = false) {
        self.isHead = isHead
        self.minorVersion = minorVersion
        self.persists = persists
        self.isSecure = isSecure
    }
}
