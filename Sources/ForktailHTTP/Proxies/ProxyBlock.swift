/// The PROXY header as a binary block: version 2, section 2.2 of the specification.
///
/// 16 bytes: the signature, version and command, family and transport, and the length of what
/// follows: the addresses of the family, then vectors of type, length and value.
enum ProxyBlock {
    /// What each block begins with: bytes that no other protocol does.
    static let signature: ASCIILiteral = "\r\n\r\n\u{0}\r\nQUIT\n"
    private static let fixedLength = 16

    /// What the connection is for.
    private enum Command {
        /// The proxy's own purposes, such as a check of health.
        case local
        /// A client's.
        case proxy
    }

    /// Reads the block that begins with the signature.
    static func parse(_ bytes: Span<UInt8>) throws(ProxyFault) -> ProxyHeaderParser.Outcome {
        guard bytes.count > 12 else { return .incomplete }
        let command = try command(bytes[12])
        guard bytes.count > 13 else { return .incomplete }
        let family = try ProxyFamily(bytes[13], isIgnored: command == .local)
        guard bytes.count >= fixedLength else { return .incomplete }
        let length = fixedLength + Int(bytes.number16(at: 14))
        guard length - fixedLength >= family.addressLength else { throw .addressesCut }
        guard bytes.count >= length else { return .incomplete }
        var header = ProxyHeader(length: length)
        guard command == .proxy, family != .unspecified else { return .complete(header) }
        header.source = family.source(at: fixedLength, of: bytes)
        let vectors = try ProxyVectors(
            from: fixedLength + family.addressLength,
            of: bytes.extracting(..<length)
        )
        header.isSecure = vectors.isSecure
        return .complete(header)
    }

    private static func command(_ byte: UInt8) throws(ProxyFault) -> Command {
        guard byte >> 4 == 2 else { throw .unknownBinaryVersion }
        switch byte & 0x0f {
        case 0: return .local
        case 1: return .proxy
        default: throw .unknownCommand
        }
    }
}
