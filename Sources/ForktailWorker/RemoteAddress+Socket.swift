import ForktailHTTP
import ForktailSystem

extension RemoteAddress {
    /// The address that accept(2) has told.
    init(_ address: SocketAddress) {
        switch address.parts {
        case .ipv4(let address, let port): self = .ipv4(address, port: port)
        case .ipv6(let high, let low, let port): self = .ipv6(high: high, low: low, port: port)
        case .unix: self = .unix
        }
    }
}
