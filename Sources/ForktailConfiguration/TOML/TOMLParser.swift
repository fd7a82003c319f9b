/// Parses TOML 1.0 (<https://toml.io/en/v1.0.0>) and reports every syntax error.
///
/// The parser reads from left to right; after an error it continues at the next line that looks like a
/// new statement. Nesting is limited, because nested values recurse: no input can exhaust the stack.
struct TOMLParser {
    /// How deep tables, arrays and the parts of keys may nest.
    static let nestingLimit = 64

    var scanner: TOMLScanner
    /// How many tables and arrays enclose the value that is being read.
    var depth = 0
    private let root: TOMLTableBuilder
    private var current: TOMLTableBuilder
    private var currentDepth = 0

    private init(_ bytes: [UInt8]) {
        scanner = TOMLScanner(bytes)
        scanner.skipByteOrderMark()
        root = TOMLTableBuilder(.explicit, at: scanner.position)
        current = root
    }

    /// Returns the root table of a document, without what its faults make unreadable.
    static func parse(_ bytes: [UInt8]) -> TOMLDocument {
        var parser = TOMLParser(bytes)
        do throws(TOMLError) {
            try requireUTF8(bytes)
        } catch {
            return TOMLDocument(table: parser.root.build(), faults: [error])
        }
        let faults = parser.parseDocument()
        return TOMLDocument(table: parser.root.build(), faults: faults)
    }

    private static func requireUTF8(_ bytes: [UInt8]) throws(TOMLError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            var scanner = TOMLScanner(bytes)
            scanner.advance(by: error.byteOffsets.lowerBound)
            throw TOMLError(position: scanner.position, reason: "the file is not valid UTF-8")
        }
    }

    private mutating func parseDocument() -> [TOMLError] {
        var faults: [TOMLError] = []
        while scanner.current != nil {
            let line = scanner.position.line
            scanner.skipBlanks()
            let isHeader = scanner.current == ascii("[")
            do throws(TOMLError) {
                try parseExpression()
                try finishLine()
            } catch {
                faults.append(error)
                // Without the header, the table of the following keys is unknown.
                scanner.skipToStatement(after: line, isHeader: isHeader)
            }
        }
        return faults
    }

    private mutating func parseExpression() throws(TOMLError) {
        switch scanner.current {
        case nil, ascii("#"), .lineFeed, .carriageReturn: return
        case ascii("["): try parseHeader()
        default: try parseKeyValue()
        }
    }

    /// Moves over what may end a line: blanks, a comment, the newline or the end of the document.
    private mutating func finishLine() throws(TOMLError) {
        scanner.skipBlanks()
        try skipComment()
        guard scanner.current == nil || scanner.takeNewline() else {
            throw unexpected("the end of the line")
        }
    }

    /// Moves over a comment, up to the newline that ends it.
    mutating func skipComment() throws(TOMLError) {
        guard scanner.current == ascii("#") else { return }
        while let byte = scanner.current, !scanner.isAtNewline {
            guard !byte.isForbiddenControl else { throw forbiddenControl() }
            scanner.advance()
        }
    }

    private mutating func parseHeader() throws(TOMLError) {
        let position = scanner.position
        scanner.advance()
        let opensElement = scanner.take(ascii("["))
        scanner.skipBlanks()
        let path = try parseKey()
        try expect("]", orElse: "`]` or `.`")
        if opensElement { try expect("]", orElse: "`]]`") }
        current =
            try opensElement
            ? root.addElement(at: path, position: position)
            : root.openTable(at: path, position: position)
        currentDepth = path.count
    }

    private mutating func parseKeyValue() throws(TOMLError) {
        depth = currentDepth
        try parseKeyValue(into: current)
    }

    /// Parses a key, `=` and a value, and puts the value into a table.
    mutating func parseKeyValue(into table: TOMLTableBuilder) throws(TOMLError) {
        let path = try parseKey()
        try expect("=", orElse: "`=` or `.`")
        scanner.skipBlanks()
        let value = try nested(by: path.count) { parser throws(TOMLError) in
            try parser.parseValue()
        }
        try table.set(value, at: path)
    }

    /// Calls a function that reads something enclosed by that number of tables or arrays.
    mutating func nested<Result>(
        by levels: Int = 1,
        _ body: (inout TOMLParser) throws(TOMLError) -> Result
    ) throws(TOMLError) -> Result {
        depth += levels
        defer { depth -= levels }
        guard depth <= Self.nestingLimit else {
            throw fault("nested deeper than \(Self.nestingLimit) levels")
        }
        return try body(&self)
    }

    mutating func expect(
        _ scalar: Unicode.Scalar,
        orElse expectation: String
    ) throws(TOMLError) {
        guard scanner.take(ascii(scalar)) else { throw unexpected(expectation) }
    }

    func fault(_ reason: String) -> TOMLError {
        TOMLError(position: scanner.position, reason: reason)
    }

    func unexpected(_ expectation: String) -> TOMLError {
        guard let byte = scanner.current else {
            return fault("expected \(expectation), but the file ends here")
        }
        if scanner.isAtNewline {
            return fault("expected \(expectation), but the line ends here")
        }
        guard byte < 0x80 else { return fault("expected \(expectation)") }
        return fault("expected \(expectation), not \(quoted(String(Unicode.Scalar(byte))))")
    }

    func forbiddenControl() -> TOMLError {
        let code = String(scanner.current ?? 0, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: 4 - code.utf8.count) + code
        return fault("the control character U+\(digits) is not allowed here")
    }
}

/// What a document says, and what is wrong with it.
struct TOMLDocument {
    /// The table of all that could be read.
    let table: TOMLTable
    /// The faults in their order; none in a document of TOML.
    let faults: [TOMLError]
}

/// The place at which a document stops being TOML 1.0, and why.
struct TOMLError: Error, Hashable {
    /// The place of the fault.
    let position: TOMLPosition
    /// What is wrong there.
    let reason: String
}

/// One part of a key, and where it stands.
struct TOMLKey {
    let text: String
    let position: TOMLPosition
}
