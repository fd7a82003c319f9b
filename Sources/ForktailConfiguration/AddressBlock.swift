/// Peers that belong together: those of a network, those on Unix-domain sockets, or all.
public struct AddressBlock: Sendable, CustomStringConvertible {
    /// Which peers they are; of a network the first address and how many bits all have in common.
    enum Peers: Hashable, Sendable {
        case all
        case unix
        case ipv4(IPv4Address, bits: Int)
        case ipv6(IPv6Address, bits: Int)
    }

    /// The block as it was written: `10.0.0.0/8`, `::1`, `unix` or `*`.
    public let description: String
    let peers: Peers

    /// The peers on the same machine.
    static let local = [
        AddressBlock(
            description: "127.0.0.1",
            peers: .ipv4(IPv4Address(rawValue: 0x7f00_0001), bits: 32)
        ),
        AddressBlock(description: "::1", peers: .ipv6(IPv6Address(rawValue: 1), bits: 128)),
        AddressBlock(description: "unix", peers: .unix),
    ]

    /// Says whether a peer belongs to the block.
    ///
    /// An IPv4-mapped IPv6 address is the IPv4 address that it holds, which is what an IPv4 peer has
    /// on a socket that serves both.
    package func contains(_ peer: RemoteAddress) -> Bool {
        switch peer {
        case .ipv4(let address, _):
            contains(IPv4Address(rawValue: address))
        case .ipv6(let high, let low, _):
            contains(IPv6Address(rawValue: UInt128(high) << 64 | UInt128(low)))
        case .unix:
            peers == .unix || peers == .all
        }
    }

    private func contains(_ address: IPv4Address) -> Bool {
        switch peers {
        case .all: true
        case .ipv4(let network, let bits):
            (address.rawValue ^ network.rawValue) >> (32 - bits) == 0
        case .unix, .ipv6: false
        }
    }

    private func contains(_ address: IPv6Address) -> Bool {
        if let mapped = address.mappedIPv4 { return contains(mapped) }
        switch peers {
        case .all: return true
        case .ipv6(let network, let bits):
            return (address.rawValue ^ network.rawValue) >> (128 - bits) == 0
        case .unix, .ipv4: return false
        }
    }
}

extension [AddressBlock] {
    /// Says whether a peer belongs to one of the blocks.
    package func contain(_ peer: RemoteAddress) -> Bool {
        contains { $0.contains(peer) }
    }
}

extension AddressBlock: Hashable {
    /// Says whether two blocks have the same peers, however they are written.
    public static func == (one: Self, other: Self) -> Bool { one.peers == other.peers }

    /// Feeds the peers.
    public func hash(into hasher: inout Hasher) { hasher.combine(peers) }
}
