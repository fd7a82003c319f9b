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

    /// Makes the IPv6 address of a number.
    package static func ipv6(_ address: UInt128, port: UInt16) -> RemoteAddress {
        .ipv6(high: UInt64(address >> 64), low: UInt64(truncatingIfNeeded: address), port: port)
    }

    /// The address as text, IPv6 as RFC 5952 has it; `unix` for a Unix-domain socket.
    public var host: String {
        switch self {
        case .ipv4(let address, _): Self.text(ofIPv4: address)
        case .ipv6(let high, let low, _): IPv6Text.make(high: high, low: low)
        case .unix: "unix"
        }
    }

    /// The port; nil where it isn't known, and for a Unix-domain socket.
    public var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port): port == 0 ? nil : port
        case .unix: nil
        }
    }

    /// Four numbers with dots between.
    static func text(ofIPv4 address: UInt32) -> String {
        // SAFETY: four numbers of at most three digits and three dots are 15 bytes at most.
        unsafe String(unsafeUninitializedCapacity: 15) { text in
            var count = 0
            func append(_ byte: UInt8) {
                unsafe text[count] = byte
                count += 1
            }
            for place in 0..<4 {
                if place > 0 { append(UInt8(ascii: ".")) }
                let octet = UInt8(truncatingIfNeeded: address >> (24 - 8 * place))
                if octet >= 100 { append(0x30 + octet / 100) }
                if octet >= 10 { append(0x30 + octet / 10 % 10) }
                append(0x30 + octet % 10)
            }
            return count
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
