import ForktailConfiguration
import ForktailHTTP

extension [AddressBlock] {
    /// Says whether an address belongs to one of the blocks.
    func contain(_ address: RemoteAddress) -> Bool {
        contains { block in
            switch address {
            case .ipv4(let address, _): block.contains(ipv4: address)
            case .ipv6(let high, let low, _):
                block.contains(ipv6: UInt128(high) << 64 | UInt128(low))
            case .unix: block.containsUnix
            }
        }
    }
}
