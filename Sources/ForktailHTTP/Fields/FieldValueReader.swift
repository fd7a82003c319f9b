/// Reads a field value from left to right, by the rules of RFC 9110 section 5.6.
///
/// A method that does not find its element returns nil or false, and may have moved on.
struct FieldValueReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Makes a reader at the start of `text`.
    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { position == bytes.count }

    private var next: UInt8? { isAtEnd ? nil : bytes[position] }

    /// Skips spaces and tabs: `OWS`, section 5.6.3.
    mutating func skipBlanks() {
        while next?.isBlank == true { position += 1 }
    }

    /// Skips `byte` and says whether it was there.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Reads a token, section 5.6.2.
    mutating func readToken() -> String? {
        let token = bytes[position...].prefix(while: ByteSet.token.contains)
        guard !token.isEmpty else { return nil }
        position = token.endIndex
        return String(decoding: token, as: UTF8.self)
    }

    /// Reads a quoted string and returns what it stands for, section 5.6.4.
    mutating func readQuotedString() -> String? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while let byte = next, byte.isFieldValue {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let quoted = next, quoted.isFieldValue else { return nil }
                position += 1
                text.append(quoted)
            default:
                text.append(byte)
            }
        }
        return nil
    }

    /// Reads parameters up to the end of the text, section 5.6.6.
    mutating func readParameters() -> [HTTPField.Parameter]? {
        var parameters: [HTTPField.Parameter] = []
        skipBlanks()
        while !isAtEnd {
            guard skip(UInt8(ascii: ";")) else { return nil }
            skipBlanks()
            if isAtEnd || next == UInt8(ascii: ";") { continue }
            guard let parameter = readParameter() else { return nil }
            parameters.append(parameter)
            skipBlanks()
        }
        return parameters
    }

    private mutating func readParameter() -> HTTPField.Parameter? {
        guard let name = readToken(), skip(UInt8(ascii: "=")),
            let value = next == UInt8(ascii: "\"") ? readQuotedString() : readToken()
        else { return nil }
        return HTTPField.Parameter(name: name.lowercased(), value: value)
    }
}
