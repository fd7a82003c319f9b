extension TOMLParser {
    /// Parses a string of any of the four kinds.
    mutating func parseString() throws(TOMLError) -> String {
        guard let delimiter = scanner.current,
            scanner.peek(1) == delimiter, scanner.peek(2) == delimiter
        else { return try parseSingleLineString() }
        return try parseMultiLineString(delimiter)
    }

    /// Parses a basic or a literal string that ends on its line.
    mutating func parseSingleLineString() throws(TOMLError) -> String {
        let start = scanner.position
        let delimiter = scanner.current
        scanner.advance()
        var bytes: [UInt8] = []
        while let byte = scanner.current {
            if byte == delimiter {
                scanner.advance()
                return String(decoding: bytes, as: UTF8.self)
            }
            guard !scanner.isAtNewline else { break }
            if byte == ascii("\\"), delimiter == ascii("\"") {
                try parseEscape(into: &bytes)
            } else {
                try takeCharacterByte(into: &bytes)
            }
        }
        throw TOMLError(position: start, reason: "the string is not closed on its line")
    }

    private mutating func parseMultiLineString(_ delimiter: UInt8) throws(TOMLError) -> String {
        let start = scanner.position
        scanner.advance(by: 3)
        _ = scanner.takeNewline()
        var bytes: [UInt8] = []
        while let byte = scanner.current {
            if byte == delimiter {
                if takeDelimiters(delimiter, into: &bytes) {
                    return String(decoding: bytes, as: UTF8.self)
                }
            } else if scanner.takeNewline() {
                bytes.append(.lineFeed)
            } else if byte == ascii("\\"), delimiter == ascii("\"") {
                try parseEscapeOrContinuation(into: &bytes)
            } else {
                try takeCharacterByte(into: &bytes)
            }
        }
        throw TOMLError(position: start, reason: "the string is not closed")
    }

    /// Takes a run of up to five delimiters, the last three of which close the string.
    ///
    /// - Returns: Whether the string is closed.
    private mutating func takeDelimiters(_ delimiter: UInt8, into bytes: inout [UInt8]) -> Bool {
        var count = 0
        while count < 5, scanner.take(delimiter) { count += 1 }
        let closes = count >= 3
        bytes += repeatElement(delimiter, count: closes ? count - 3 : count)
        return closes
    }

    private mutating func takeCharacterByte(into bytes: inout [UInt8]) throws(TOMLError) {
        guard let byte = scanner.current, !byte.isForbiddenControl else {
            throw forbiddenControl()
        }
        bytes.append(byte)
        scanner.advance()
    }

    /// Parses an escape sequence, or a backslash at the end of a line with the blanks and newlines
    /// up to the next text.
    private mutating func parseEscapeOrContinuation(
        into bytes: inout [UInt8]
    ) throws(TOMLError) {
        var ahead = scanner
        ahead.advance()
        ahead.skipBlanks()
        guard ahead.isAtNewline else { return try parseEscape(into: &bytes) }
        while ahead.takeNewline() { ahead.skipBlanks() }
        scanner = ahead
    }

    private mutating func parseEscape(into bytes: inout [UInt8]) throws(TOMLError) {
        let start = scanner.position
        scanner.advance()
        guard let letter = scanner.current else {
            throw TOMLError(position: start, reason: "the string is not closed")
        }
        if let byte = Self.escapes[letter] {
            bytes.append(byte)
            scanner.advance()
        } else if letter == ascii("u") || letter == ascii("U") {
            scanner.advance()
            let digits = letter == ascii("u") ? 4 : 8
            bytes +=
                UTF8.encode(try parseScalarValue(digits, from: start))
                ?? UTF8.encodedReplacementCharacter
        } else {
            throw TOMLError(
                position: start,
                reason: "unknown escape sequence; a backslash itself is written `\\\\`"
            )
        }
    }

    private mutating func parseScalarValue(
        _ digits: Int,
        from start: TOMLPosition
    ) throws(TOMLError) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = scanner.current?.hexadecimalValue else {
                throw TOMLError(
                    position: start,
                    reason: "the escape sequence needs \(digits) hexadecimal digits"
                )
            }
            value = value << 4 | UInt32(digit)
            scanner.advance()
        }
        guard let scalar = Unicode.Scalar(value) else {
            let code = String(value, radix: 16, uppercase: true)
            throw TOMLError(position: start, reason: "U+\(code) is no Unicode scalar value")
        }
        return scalar
    }

    private static let escapes: [UInt8: UInt8] = [
        ascii("b"): 0x08, ascii("t"): 0x09, ascii("n"): 0x0A, ascii("f"): 0x0C,
        ascii("r"): 0x0D, ascii("\""): ascii("\""), ascii("\\"): ascii("\\"),
    ]
}
