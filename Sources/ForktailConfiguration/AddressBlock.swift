/// Peers that belong together: those of a network, those on Unix-domain sockets, or all.
public struct AddressBlock: Sendable, CustomStringConvertible {
    /// Which peers they are; of a network the first address and how many bits all have in common.
    enum Peers: Hashable, Sendable {
        case all
        case unix
        case ipv4(UInt32, bits: Int)
        case ipv6(UInt128, bits: Int)
    }

    /// The block as it was written: `10.0.0.0/8`, `::1`, `unix` or `*`.
    public let description: String
    let peers: Peers

    /// The peers on the same machine.
    static let local = [
        AddressBlock(description: "127.0.0.1", peers: .ipv4(0x7f00_0001, bits: 32)),
        AddressBlock(description: "::1", peers: .ipv6(1, bits: 128)),
        AddressBlock(description: "unix", peers: .unix),
    ]

    /// Says whether peers on Unix-domain sockets belong to the block.
    package var containsUnix: Bool { peers == .unix || peers == .all }

    /// Says whether an IPv4 address belongs to the block.
    package func contains(ipv4 address: UInt32) -> Bool {
        switch peers {
        case .all: true
        case .ipv4(let network, let bits): (address ^ network) >> (32 - bits) == 0
        case .unix, .ipv6: false
        }
    }

    /// Says whether an IPv6 address belongs to the block.
    ///
    /// An IPv4-mapped one (RFC 4291, section 2.5.5.2) is the IPv4 address that it holds, which is
    /// what an IPv4 peer has on a socket that serves both.
    package func contains(ipv6 address: UInt128) -> Bool {
        if address.isMappedIPv4 { return contains(ipv4: UInt32(truncatingIfNeeded: address)) }
        switch peers {
        case .all: return true
        case .ipv6(let network, let bits): return (address ^ network) >> (128 - bits) == 0
        case .unix, .ipv4: return false
        }
    }
}

extension AddressBlock: Hashable {
    /// Says whether two blocks have the same peers, however they are written.
    public static func == (one: Self, other: Self) -> Bool { one.peers == other.peers }

    /// Feeds the peers.
    public func hash(into hasher: inout Hasher) { hasher.combine(peers) }
}

extension UInt128 {
    /// Whether the number is an IPv6 address of `::ffff:0:0/96`.
    var isMappedIPv4: Bool { self >> 32 == 0xffff }
}
