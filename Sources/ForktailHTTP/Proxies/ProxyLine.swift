/// The PROXY header as a line of text: version 1, section 2.1 of the specification.
///
/// `"PROXY" SP ("TCP4" / "TCP6") SP source SP destination SP port SP port CRLF`, or
/// `"PROXY" SP "UNKNOWN"` and anything up to the CRLF.
enum ProxyLine {
    /// What each line begins with.
    static let signature: ASCIILiteral = "PROXY "
    /// The longest line with its end, as the specification counts it.
    private static let longest = 107

    /// Reads the line that begins with the signature.
    static func parse(_ bytes: Span<UInt8>) throws(ProxyFault) -> ProxyHeaderParser.Outcome {
        let room = 0..<min(bytes.count, longest)
        guard let lineFeed = bytes.firstIndex(of: .lineFeed, in: room) else {
            guard bytes.count < longest else { throw .lineTooLong }
            return .incomplete
        }
        guard bytes[lineFeed - 1] == .carriageReturn else { throw .bareLineFeed }
        let rest = signature.count..<max(signature.count, lineFeed - 1)
        let source = try source(in: rest, of: bytes)
        return .complete(ProxyHeader(source: source, length: lineFeed + 1))
    }

    private static func source(
        in rest: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(ProxyFault) -> RemoteAddress? {
        var words = Words(rest)
        let family = words.next(in: bytes) ?? rest
        if bytes.equals(family, "UNKNOWN") { return nil }
        guard bytes.equals(family, "TCP4") || bytes.equals(family, "TCP6") else {
            throw .unknownProtocol
        }
        guard let source = words.next(in: bytes), let destination = words.next(in: bytes),
            let port = words.next(in: bytes), let otherPort = words.next(in: bytes),
            words.next(in: bytes) == nil
        else { throw .malformedLine }
        let isIPv4 = bytes.equals(family, "TCP4")
        _ = try end(destination, otherPort, isIPv4: isIPv4, of: bytes)
        return try end(source, port, isIPv4: isIPv4, of: bytes)
    }

    /// One end of the forwarded connection.
    private static func end(
        _ address: Range<Int>,
        _ port: Range<Int>,
        isIPv4: Bool,
        of bytes: Span<UInt8>
    ) throws(ProxyFault) -> RemoteAddress {
        let port = try self.port(port, of: bytes)
        let end =
            isIPv4
            ? IPv4Address(address, of: bytes).map { RemoteAddress($0, port: port) }
            : IPv6Address(address, of: bytes).map { RemoteAddress($0, port: port) }
        guard let end else { throw .malformedAddress }
        return end
    }

    private static func port(
        _ range: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(ProxyFault) -> UInt16 {
        guard (1...5).contains(range.count) else { throw .malformedPort }
        guard range.count == 1 || bytes[range.lowerBound] != UInt8(ascii: "0") else {
            throw .malformedPort
        }
        guard let port = UInt16(digits: range, of: bytes) else { throw .malformedPort }
        return port
    }
}

/// What stands between single spaces.
private struct Words {
    private let range: Range<Int>
    private var position: Int

    init(_ range: Range<Int>) {
        self.range = range
        position = range.lowerBound
    }

    /// The next word, which is empty between two spaces; nil behind the last.
    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        guard position <= range.upperBound else { return nil }
        let rest = position..<range.upperBound
        let end = bytes.firstIndex(of: .space, in: rest) ?? range.upperBound
        position = end + 1
        return rest.lowerBound..<end
    }
}
