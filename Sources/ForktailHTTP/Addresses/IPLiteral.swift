/// The grammar of what stands between brackets in a host, RFC 3986 section 3.2.2.
enum IPLiteral {
    /// Says whether the bytes in `range` are an IPv6 address or one of a future version.
    static func isValid(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        guard let first = range.first else { return false }
        return bytes[first].lowercased == UInt8(ascii: "v")
            ? isFuture(range, of: bytes) : IPv6Address(range, of: bytes) != nil
    }

    /// Says whether it is `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
    private static func isFuture(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        guard let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: range) else { return false }
        let version = (range.lowerBound + 1)..<dot
        let address = (dot + 1)..<range.upperBound
        guard !version.isEmpty, !address.isEmpty else { return false }
        for index in version where bytes[index].hexadecimalValue == nil { return false }
        for index in address {
            let byte = bytes[index]
            guard byte == UInt8(ascii: ":") || ByteSet.registeredName.contains(byte) else {
                return false
            }
        }
        return true
    }
}
