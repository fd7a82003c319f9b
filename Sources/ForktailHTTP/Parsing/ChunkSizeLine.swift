/// A chunk's first line: `chunk-size [ chunk-ext ] CRLF`, RFC 9112 section 7.1.
///
/// Extensions are checked and forgotten.
struct ChunkSizeLine {
    /// The part of the line that the next byte belongs to; what may stand there, section 7.1.1.
    private enum Phase {
        case firstDigit, digits
        case beforeSemicolon, beforeName, name, beforeEquals, beforeValue
        case token, quoted, escaped, afterQuoted
        case lineFeed
    }

    private var phase = Phase.firstDigit
    private var length = 0
    /// The size of the chunk, when the line is complete.
    private(set) var size: UInt64 = 0
    /// How many bytes of the line were no digits.
    private(set) var extensionLength = 0

    /// Takes in the next byte and says whether the line is complete.
    mutating func take(_ byte: UInt8, limit: Int) throws(RequestFault) -> Bool {
        switch phase {
        case .firstDigit, .digits:
            try takeDigit(byte)
        case .lineFeed:
            guard byte == .lineFeed else { throw .bareCarriageReturn }
            return true
        case .beforeSemicolon, .beforeName, .name, .beforeEquals, .beforeValue, .token, .quoted,
            .escaped, .afterQuoted:
            try takeExtension(byte)
        }
        length += 1
        guard length <= limit || phase == .lineFeed else { throw .chunkLineTooLong }
        return false
    }

    private mutating func takeDigit(_ byte: UInt8) throws(RequestFault) {
        if let digit = byte.hexadecimalValue {
            guard size.appendDigit(digit, radix: 16) else { throw .chunkSizeOverflow }
            phase = .digits
        } else {
            guard phase == .digits else { throw fault(at: byte, else: .malformedChunkSize) }
            try takeSeparator(byte, else: .malformedChunkSize)
        }
    }

    private mutating func takeExtension(_ byte: UInt8) throws(RequestFault) {
        extensionLength += 1
        switch phase {
        case .quoted:
            try takeQuoted(byte)
        case .escaped:
            guard byte.isFieldValue else { throw fault(at: byte, else: .malformedChunkExtension) }
            phase = .quoted
        case .beforeName, .beforeValue:
            try takeStart(byte)
        case .name, .token:
            if !ByteSet.token.contains(byte) {
                try takeSeparator(byte, else: .malformedChunkExtension)
            }
        case .firstDigit, .digits, .beforeSemicolon, .beforeEquals, .afterQuoted, .lineFeed:
            try takeSeparator(byte, else: .malformedChunkExtension)
        }
    }

    /// Takes in a byte inside a quoted string, RFC 9110 section 5.6.4.
    private mutating func takeQuoted(_ byte: UInt8) throws(RequestFault) {
        switch byte {
        case UInt8(ascii: "\""):
            phase = .afterQuoted
        case UInt8(ascii: "\\"):
            phase = .escaped
        default:
            guard byte.isFieldValue else { throw fault(at: byte, else: .malformedChunkExtension) }
        }
    }

    /// Takes in a byte where a name or a value must start.
    private mutating func takeStart(_ byte: UInt8) throws(RequestFault) {
        if ByteSet.token.contains(byte) {
            phase = phase == .beforeName ? .name : .token
        } else if byte == UInt8(ascii: "\""), phase == .beforeValue {
            phase = .quoted
        } else if !byte.isBlank {
            throw fault(at: byte, else: .malformedChunkExtension)
        }
    }

    /// Takes in a byte that ends a size, a name or a value, or stands between them.
    private mutating func takeSeparator(
        _ byte: UInt8,
        else fault: RequestFault
    ) throws(RequestFault) {
        switch byte {
        case UInt8(ascii: ";"):
            phase = .beforeName
        case UInt8(ascii: "=") where phase == .name || phase == .beforeEquals:
            phase = .beforeValue
        case .space, .horizontalTab:
            phase = phase == .name || phase == .beforeEquals ? .beforeEquals : .beforeSemicolon
        case .carriageReturn where phase != .beforeSemicolon && phase != .beforeEquals:
            phase = .lineFeed
        default:
            throw self.fault(at: byte, else: fault)
        }
    }

    private func fault(at byte: UInt8, else fault: RequestFault) -> RequestFault {
        byte == .lineFeed ? .bareLineFeed : fault
    }
}
