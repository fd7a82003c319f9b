/// The check of a line that a program has written: whether it is one JSON object, RFC 8259.
///
/// It reads the bytes once and keeps nothing of them.
struct JSONText {
    /// Deeper values are taken for text, so that a line can't exhaust the stack.
    private static let maxDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Whether a text is one JSON object and nothing else.
    static func isObject(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "{") else { return false }
        var reader = JSONText(text)
        return reader.skipValue(depth: 0) && reader.position == reader.bytes.count
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        // A line has no line feed, and a carriage return within it could hide a part of it.
        while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { position += 1 }
    }

    private mutating func skipValue(depth: Int) -> Bool {
        guard let next, depth < Self.maxDepth else { return false }
        switch next {
        case UInt8(ascii: "{"): return skipList(until: "}", depth, isObject: true)
        case UInt8(ascii: "["): return skipList(until: "]", depth, isObject: false)
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "t"): return skipWord("true")
        case UInt8(ascii: "f"): return skipWord("false")
        case UInt8(ascii: "n"): return skipWord("null")
        default: return skipNumber()
        }
    }

    private mutating func skipList(
        until end: Unicode.Scalar,
        _ depth: Int,
        isObject: Bool
    ) -> Bool {
        let end = UInt8(ascii: end)
        position += 1
        skipSpace()
        if skip(end) { return true }
        while true {
            skipSpace()
            if isObject {
                guard skipString() else { return false }
                skipSpace()
                guard skip(UInt8(ascii: ":")) else { return false }
                skipSpace()
            }
            guard skipValue(depth: depth + 1) else { return false }
            skipSpace()
            if skip(end) { return true }
            guard skip(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func skipString() -> Bool {
        guard skip(UInt8(ascii: "\"")) else { return false }
        while let byte = next, byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard skipEscape() else { return false }
        }
        return false
    }

    private mutating func skipEscape() -> Bool {
        guard let byte = next else { return false }
        position += 1
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        for _ in 0..<4 {
            guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit else {
                return false
            }
            position += 1
        }
        return true
    }

    private mutating func skipWord(_ word: String) -> Bool {
        for byte in word.utf8 {
            guard skip(byte) else { return false }
        }
        return true
    }

    private mutating func skipNumber() -> Bool {
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) {
            guard skipDigits() else { return false }
        }
        if skip(UInt8(ascii: ".")) {
            guard skipDigits() else { return false }
        }
        guard skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) else { return true }
        _ = skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-"))
        return skipDigits()
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        return position > start
    }
}
