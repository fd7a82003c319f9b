/// Where a proxy says that it got a request from: RFC 7239 section 6.
enum ForwardedNode: Hashable {
    /// An address, with port 0 where there is none.
    case address(RemoteAddress)
    /// `unknown`, or a name that stands for an address which stays secret: RFC 7239 sections 6.2
    /// and 6.3.
    case hidden

    /// Reads a node identifier; nil where the bytes are none.
    ///
    /// Beyond the grammar of RFC 7239 it takes what X-Forwarded-For holds in practice: an IPv6
    /// address without brackets, and `unix:` for a peer on a Unix-domain socket.
    init?(_ range: Range<Int>, of bytes: Span<UInt8>) {
        if let address = IPv6Address(range, of: bytes) {
            self = .address(RemoteAddress(address, port: 0))
        } else if bytes.matches(range, "unix:") {
            self = .address(.unix)
        } else if let node = Self.named(range, of: bytes) {
            self = node
        } else {
            return nil
        }
    }

    /// Reads `nodename [ ":" node-port ]`.
    private static func named(_ range: Range<Int>, of bytes: Span<UInt8>) -> ForwardedNode? {
        let isBracketed = range.first.map { bytes[$0] == UInt8(ascii: "[") } ?? false
        let last: UInt8 = isBracketed ? UInt8(ascii: "]") : UInt8(ascii: ":")
        let mark = bytes.firstIndex(of: last, in: range)
        guard !isBracketed || mark != nil else { return nil }
        let nameEnd = mark.map { isBracketed ? $0 + 1 : $0 } ?? range.upperBound
        guard let port = port(nameEnd..<range.upperBound, of: bytes) else { return nil }
        if isBracketed {
            let literal = range.lowerBound + 1..<nameEnd - 1
            return IPv6Address(literal, of: bytes).map { .address(RemoteAddress($0, port: port)) }
        }
        let name = range.lowerBound..<nameEnd
        if let address = IPv4Address(name, of: bytes) {
            return .address(RemoteAddress(address, port: port))
        }
        return bytes.matches(name, "unknown") || isObfuscated(name, of: bytes) ? .hidden : nil
    }

    /// Reads nothing, or a colon and a port: 0 for an obfuscated one; nil where it is neither.
    private static func port(_ range: Range<Int>, of bytes: Span<UInt8>) -> UInt16? {
        guard let colon = range.first else { return 0 }
        guard bytes[colon] == UInt8(ascii: ":") else { return nil }
        let port = colon + 1..<range.upperBound
        if isObfuscated(port, of: bytes) { return 0 }
        return port.count <= 5 ? UInt16(digits: port, of: bytes) : nil
    }

    /// Says whether the bytes are `"_" 1*( ALPHA / DIGIT / "." / "_" / "-" )`.
    private static func isObfuscated(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        guard range.count > 1, bytes[range.lowerBound] == UInt8(ascii: "_") else { return false }
        return range.allSatisfy { index in
            let byte = bytes[index]
            return byte.isDigit || byte.isLetter || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}
