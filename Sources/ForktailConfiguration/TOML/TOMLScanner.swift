/// A place in the bytes of a document that moves forward and knows its line and column.
struct TOMLScanner {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The place of the current byte.
    var position: TOMLPosition { TOMLPosition(line: line, column: column) }

    /// The byte to be read next, or `nil` at the end.
    var current: UInt8? { peek(0) }

    /// Returns the byte a distance ahead, or `nil` beyond the end.
    func peek(_ distance: Int) -> UInt8? {
        let index = offset + distance
        return index < bytes.count ? bytes[index] : nil
    }

    /// Whether a line ends here: a line feed, or a carriage return and a line feed.
    var isAtNewline: Bool {
        current == .lineFeed || current == .carriageReturn && peek(1) == .lineFeed
    }

    /// Moves over one byte.
    mutating func advance() {
        guard offset < bytes.count else { return }
        let byte = bytes[offset]
        offset += 1
        if byte == .lineFeed {
            line += 1
            column = 1
        } else if !byte.continuesScalar {
            column += 1
        }
    }

    /// Moves over a number of bytes.
    mutating func advance(by count: Int) {
        for _ in 0..<count { advance() }
    }

    /// Moves over a byte, if it is the current one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        advance()
        return true
    }

    /// Moves over the end of a line, if one is here.
    mutating func takeNewline() -> Bool {
        guard isAtNewline else { return false }
        _ = take(.carriageReturn)
        advance()
        return true
    }

    /// Moves over spaces and tabs.
    mutating func skipBlanks() {
        while let byte = current, byte.isBlank { advance() }
    }

    /// Moves over the byte order mark that may open a document.
    mutating func skipByteOrderMark() {
        guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
        offset = 3
    }
}

extension UInt8 {
    /// Whether the byte is a control character that TOML allows nowhere but at the end of a line.
    var isForbiddenControl: Bool { self < 0x20 && self != 0x09 || self == 0x7F }

    /// Whether the byte is a later byte of a scalar's UTF-8 encoding.
    var continuesScalar: Bool { self & 0xC0 == 0x80 }
}

/// Where to continue after a fault.
extension TOMLScanner {
    /// Moves to the next line that looks like a statement, or to the end.
    ///
    /// - Parameters:
    ///   - line: Where the faulty statement began; no later statement begins there.
    ///   - isHeader: Whether only a header will do.
    mutating func skipToStatement(after line: Int, isHeader: Bool) {
        if position.line > line, position.column == 1, isAtStatement(isHeader) { return }
        while current != nil {
            if takeNewline() {
                if isAtStatement(isHeader) { return }
            } else {
                advance()
            }
        }
    }

    /// Whether a header is here, or a key and its `=`; what is indented is taken for the rest of an
    /// array.
    private func isAtStatement(_ isHeader: Bool) -> Bool {
        guard current != ascii("[") else { return true }
        guard !isHeader, current?.isBareKeyByte == true else { return false }
        var distance = 1
        while let byte = peek(distance), byte.isBareKeyByte || byte.isBlank || byte == ascii(".") {
            distance += 1
        }
        return peek(distance) == ascii("=")
    }
}
