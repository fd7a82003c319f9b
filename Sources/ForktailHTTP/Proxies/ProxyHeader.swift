/// What a proxy says at the start of a connection, in the PROXY protocol.
package struct ProxyHeader: Hashable, Sendable {
    /// The two forms of the header.
    package enum Version: Sendable {
        /// A line of text, section 2.1.
        case v1
        /// A binary block, section 2.2.
        case v2
    }

    /// The client's end of the connection that the proxy forwards.
    ///
    /// It is nil where the header tells none: of v1 UNKNOWN, of v2 LOCAL, which is a connection that
    /// the proxy has opened for itself, and UNSPEC. The connection's own address holds then.
    package var source: RemoteAddress?
    /// Whether the client reached the proxy over TLS: PP2_CLIENT_SSL, section 2.2.5.
    package var isSecure = false
    /// How many bytes the header is.
    package var length: Int
}
