extension TOMLParser {
    /// Parses a key, dotted or not, and the blanks after it.
    mutating func parseKey() throws(TOMLError) -> [TOMLKey] {
        var path = [try parseKeyPart()]
        scanner.skipBlanks()
        while scanner.take(ascii(".")) {
            scanner.skipBlanks()
            path.append(try parseKeyPart())
            scanner.skipBlanks()
            guard path.count <= Self.nestingLimit else {
                throw fault("a key of more than \(Self.nestingLimit) parts")
            }
        }
        return path
    }

    private mutating func parseKeyPart() throws(TOMLError) -> TOMLKey {
        let position = scanner.position
        switch scanner.current {
        case ascii("\""), ascii("'"):
            return TOMLKey(text: try parseSingleLineString(), position: position)
        default:
            return TOMLKey(text: try parseBareKey(), position: position)
        }
    }

    private mutating func parseBareKey() throws(TOMLError) -> String {
        var bytes: [UInt8] = []
        while let byte = scanner.current, byte.isBareKeyByte {
            bytes.append(byte)
            scanner.advance()
        }
        guard !bytes.isEmpty else {
            throw unexpected("a key (letters, digits, `_`, `-`, or a quoted string)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether the byte may stand in a key without quotes.
    var isBareKeyByte: Bool { isDigit || isLetter || self == ascii("_") || self == ascii("-") }
}
