/// Reads JSON text: RFC 8259.
struct JSONParser {
    private let bytes: [UInt8]
    private let maxDepth: Int
    private var position = 0

    init(_ bytes: [UInt8], maxDepth: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
    }

    /// Reads the one value that the text is.
    mutating func parse() throws(JSON.Fault) -> JSON {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fault("nothing may follow the value") }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    /// Passes a byte where it is the next one behind white space.
    private mutating func skip(_ byte: Character) -> Bool {
        skipSpace()
        guard next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func parseValue(depth: Int) throws(JSON.Fault) -> JSON {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try parseMembers(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseElements(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "-"), .some(0x30...0x39): return try parseNumber()
        default: break
        }
        for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
        where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw fault("a value is expected")
    }

    private mutating func parseElements(depth: Int) throws(JSON.Fault) -> [JSON] {
        try enter(depth)
        var elements: [JSON] = []
        if skip("]") { return elements }
        repeat { elements.append(try parseValue(depth: depth)) } while skip(",")
        guard skip("]") else { throw fault("a comma or ] is expected") }
        return elements
    }

    private mutating func parseMembers(
        depth: Int
    ) throws(JSON.Fault) -> [(name: String, value: JSON)] {
        try enter(depth)
        var members: [(name: String, value: JSON)] = []
        if skip("}") { return members }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a name in quotes is expected") }
            let name = try parseString()
            guard skip(":") else { throw fault("a colon is expected") }
            members.append((name, try parseValue(depth: depth)))
        } while skip(",")
        guard skip("}") else { throw fault("a comma or } is expected") }
        return members
    }

    private mutating func enter(_ depth: Int) throws(JSON.Fault) {
        guard depth <= maxDepth else { throw fault("more than \(maxDepth) levels") }
        position += 1
    }

    private mutating func parseNumber() throws(JSON.Fault) -> JSON {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = next
        let digits = skipDigits()
        guard digits > 0, digits == 1 || first != UInt8(ascii: "0") else {
            throw fault("a number has digits, and no zero before them")
        }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            position += 1
            isInteger = false
            guard skipDigits() > 0 else { throw fault("a digit is expected") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            isInteger = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw fault("a digit is expected") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw fault("the number is too large")
        }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func parseString() throws(JSON.Fault) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw fault("the string is not UTF-8")
                }
                position += 1
                return string
            case UInt8(ascii: "\\"):
                position += 1
                text += String(try parseEscape()).utf8
            case 0..<0x20:
                throw fault("a control character must be escaped")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw fault("the string has no end")
    }

    private mutating func parseEscape() throws(JSON.Fault) -> Unicode.Scalar {
        defer { position += 1 }
        switch next {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseUnicode()
        default: throw fault("no such escape")
        }
    }

    /// Reads `uXXXX`, or the two of a surrogate pair, to their last digit.
    private mutating func parseUnicode() throws(JSON.Fault) -> Unicode.Scalar {
        let first = try parseFourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(UInt16(first)),
            bytes[(position + 1)...].starts(with: "\\u".utf8)
        else { throw fault("half of a surrogate pair") }
        position += 2
        let second = try parseFourDigits()
        guard UTF16.isTrailSurrogate(UInt16(second)),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half of a surrogate pair") }
        return scalar
    }

    private mutating func parseFourDigits() throws(JSON.Fault) -> UInt32 {
        let digits = bytes[(position + 1)...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(.init($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits are expected") }
        position += 4
        return value
    }

    private func fault(_ reason: String) -> JSON.Fault {
        let before = bytes[..<min(position, bytes.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSON.Fault(
            reason: reason,
            line: before.count { $0 == 0x0A } + 1,
            column: before.count - lineStart + 1
        )
    }
}
