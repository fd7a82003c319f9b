/// The client's end of a connection.
///
/// The port is 0 where only the address is known, as from a proxy that tells no port.
public enum RemoteAddress: Hashable, Sendable {
    /// An IPv4 address, its first octet in the highest bits, and a port.
    case ipv4(UInt32, port: UInt16)
    /// An IPv6 address, its first eight octets in `high`, and a port.
    case ipv6(high: UInt64, low: UInt64, port: UInt16)
    /// A Unix-domain socket, which says nothing about its client.
    case unix

    /// Makes the address of a client from its IPv4 address.
    package init(_ address: IPv4Address, port: UInt16) {
        self = .ipv4(address.rawValue, port: port)
    }

    /// Makes the address of a client from its IPv6 address.
    package init(_ address: IPv6Address, port: UInt16) {
        self = .ipv6(
            high: UInt64(address.rawValue >> 64),
            low: UInt64(truncatingIfNeeded: address.rawValue),
            port: port
        )
    }

    /// The address as text, IPv6 as RFC 5952 has it; `unix` for a Unix-domain socket.
    public var host: String {
        switch self {
        case .ipv4(let address, _):
            IPv4Address(rawValue: address).description
        case .ipv6(let high, let low, _):
            IPv6Address(rawValue: UInt128(high) << 64 | UInt128(low)).description
        case .unix:
            "unix"
        }
    }

    /// Lends the bytes of `host` to `body`; for an IPv4 address without a string.
    package func withHost(_ body: (Span<UInt8>) -> Void) {
        guard case .ipv4(let address, _) = self else { return body(host.utf8.span) }
        IPv4Address(rawValue: address).withText(body)
    }

    /// Whether it is a loopback address: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3.
    package var isLoopback: Bool {
        switch self {
        case .ipv4(let address, _): address >> 24 == 127
        case .ipv6(high: 0, let low, _): low == 1 || low >> 24 == 0xFFFF_7F
        case .ipv6, .unix: false
        }
    }

    /// The port; nil where it isn't known, and for a Unix-domain socket.
    public var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port): port == 0 ? nil : port
        case .unix: nil
        }
    }
}

extension RemoteAddress: CustomStringConvertible {
    /// Address and port, such as `192.0.2.1:443` and `[2001:db8::1]:443`, or the address alone
    /// where the port isn't known; or `unix`.
    public var description: String {
        guard let port else { return host }
        return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
