/// Reads the value of a Forwarded field: RFC 7239 section 4.
///
/// Elements are parted by commas, their parameters by semicolons. A value without quotes may also
/// hold the characters of addresses that should be quoted, `:` and brackets, since many proxies
/// leave the quotes out; blanks may stand around the delimiters.
struct ForwardedScanner {
    private let end: Int
    private var position: Int
    private var element = ForwardedElement()
    private var elements: [ForwardedElement] = []

    private init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// Reads all elements in their order; those that are empty count for nothing.
    ///
    /// - Throws: `RequestFault.malformedForwarded` where the bytes are no such list.
    static func elements(
        in range: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(RequestFault) -> [ForwardedElement] {
        var scanner = ForwardedScanner(range)
        return try scanner.scan(bytes)
    }

    private mutating func scan(_ bytes: Span<UInt8>) throws(RequestFault) -> [ForwardedElement] {
        while true {
            skipBlanks(bytes)
            if position < end, !isDelimiter(bytes[position]) {
                try scanParameter(bytes)
                skipBlanks(bytes)
            }
            guard position < end else { break }
            guard isDelimiter(bytes[position]) else { throw .malformedForwarded }
            if bytes[position] == UInt8(ascii: ",") { finishElement() }
            position += 1
        }
        finishElement()
        return elements
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
    }

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while position < end, bytes[position].isBlank { position += 1 }
    }

    private mutating func finishElement() {
        if !element.isEmpty { elements.append(element) }
        element = ForwardedElement()
    }

    private mutating func scanParameter(_ bytes: Span<UInt8>) throws(RequestFault) {
        let name = position..<bytes.endOfRun(of: .token, from: position, to: end)
        position = name.upperBound
        guard !name.isEmpty, position < end, bytes[position] == UInt8(ascii: "=") else {
            throw .malformedForwarded
        }
        position += 1
        guard let value = value(bytes), element.take(name, of: bytes, value: value) else {
            throw .malformedForwarded
        }
    }

    /// Reads a token or a quoted string; nil where there is neither.
    private mutating func value(_ bytes: Span<UInt8>) -> [UInt8]? {
        guard position < end else { return nil }
        return bytes[position] == UInt8(ascii: "\"") ? quotedString(bytes) : token(bytes)
    }

    private mutating func token(_ bytes: Span<UInt8>) -> [UInt8]? {
        var value: [UInt8] = []
        while position < end, isInToken(bytes[position]) {
            value.append(bytes[position])
            position += 1
        }
        return value.isEmpty ? nil : value
    }

    private func isInToken(_ byte: UInt8) -> Bool {
        ByteSet.token.contains(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "]")
    }

    /// Reads a quoted string and takes off its quotes and escapes: RFC 9110 section 5.6.4.
    private mutating func quotedString(_ bytes: Span<UInt8>) -> [UInt8]? {
        var value: [UInt8] = []
        position += 1
        while position < end, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { position += 1 }
            guard position < end else { return nil }
            value.append(bytes[position])
            position += 1
        }
        guard position < end else { return nil }
        position += 1
        return value
    }
}
