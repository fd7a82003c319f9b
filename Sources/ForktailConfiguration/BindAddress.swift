/// What to listen on: an address, and whether clients speak TLS there.
public struct Binding: Hashable, Sendable, CustomStringConvertible {
    /// Where.
    public let address: BindAddress
    /// Whether it is for HTTPS.
    public let isSecure: Bool

    /// Makes a binding.
    package init(_ address: BindAddress, isSecure: Bool = false) {
        self.address = address
        self.isSecure = isSecure
    }

    /// As a configuration file spells it: `127.0.0.1:8000`, `https://0.0.0.0:8443`.
    public var description: String { isSecure ? "https://\(address)" : "\(address)" }
}

/// An address to listen on.
public enum BindAddress: Hashable, Sendable, CustomStringConvertible {
    /// A TCP port of a host: a name, an IPv4 address, or an IPv6 address without its brackets.
    case tcp(host: String, port: UInt16)
    /// A Unix-domain socket at a path of the file system.
    case unix(path: String)

    /// The address as a configuration file spells it: `127.0.0.1:8000`, `[::1]:8000`,
    /// `unix:/run/x.sock`.
    public var description: String {
        switch self {
        case .tcp(let host, let port) where host.utf8.contains(UInt8(ascii: ":")):
            "[\(host)]:\(port)"
        case .tcp(let host, let port): "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
