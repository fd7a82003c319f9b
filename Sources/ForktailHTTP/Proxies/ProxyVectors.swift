/// The vectors of type, length and value behind the addresses of a binary PROXY header, section 2.2
/// of the specification.
///
/// Other types are skipped.
struct ProxyVectors {
    private enum Kind {
        /// PP2_TYPE_CRC32C, section 2.2.3.
        static let checksum: UInt8 = 0x03
        /// PP2_TYPE_SSL, section 2.2.5.
        static let security: UInt8 = 0x20
    }

    /// Whether the client reached the proxy over TLS.
    private(set) var isSecure = false

    /// Reads the vectors from a place of a header to its end.
    init(from start: Int, of header: Span<UInt8>) throws(ProxyFault) {
        var position = start
        while position < header.count {
            guard position + 3 <= header.count else { throw .malformedVector }
            let value = position + 3
            let end = value + Int(header.number16(at: position + 1))
            guard end <= header.count else { throw .malformedVector }
            try take(header[position], value..<end, of: header)
            position = end
        }
    }

    private mutating func take(
        _ kind: UInt8,
        _ value: Range<Int>,
        of header: Span<UInt8>
    ) throws(ProxyFault) {
        switch kind {
        case Kind.checksum:
            guard value.count == 4 else { throw .malformedVector }
            let sum = UInt32(header.number(at: value.lowerBound, count: 4))
            guard sum == CRC32C.checksum(of: header, asZero: value) else { throw .wrongChecksum }
        case Kind.security:
            guard value.count >= 5 else { throw .malformedVector }
            isSecure = header[value.lowerBound] & 1 == 1
        default:
            break
        }
    }
}
