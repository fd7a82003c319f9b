/// The kind of addresses in a binary PROXY header, section 2.2 of the specification.
///
/// The transport is that between client and proxy. Datagrams are valid: a proxy may have received
/// the request over QUIC.
enum ProxyFamily {
    /// Addresses that are not in the header, or of a kind that the specification doesn't have.
    case unspecified
    case ipv4
    case ipv6
    case unix

    /// Reads the byte that holds family and transport.
    ///
    /// - Parameters:
    ///   - byte: The family in its upper, the transport in its lower half.
    ///   - isIgnored: Whether the byte means nothing, as that of a LOCAL header does.
    /// - Throws: `ProxyFault.unknownFamily`.
    init(_ byte: UInt8, isIgnored: Bool) throws(ProxyFault) {
        switch byte {
        case _ where isIgnored, 0x00: self = .unspecified
        case 0x11, 0x12: self = .ipv4
        case 0x21, 0x22: self = .ipv6
        case 0x31, 0x32: self = .unix
        default: throw .unknownFamily
        }
    }

    /// How many bytes the two ends take.
    var addressLength: Int {
        switch self {
        case .unspecified: 0
        case .ipv4: 12
        case .ipv6: 36
        case .unix: 216
        }
    }

    /// The client's end, where the header has one.
    func source(at start: Int, of bytes: Span<UInt8>) -> RemoteAddress? {
        switch self {
        case .unspecified:
            nil
        case .ipv4:
            .ipv4(UInt32(bytes.number(at: start, count: 4)), port: bytes.number16(at: start + 8))
        case .ipv6:
            RemoteAddress(
                IPv6Address(rawValue: bytes.number(at: start, count: 16)),
                port: bytes.number16(at: start + 32)
            )
        case .unix:
            .unix
        }
    }
}
