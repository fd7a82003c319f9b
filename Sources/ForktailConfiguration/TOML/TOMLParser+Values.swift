extension TOMLParser {
    /// Parses a value of any type.
    mutating func parseValue() throws(TOMLError) -> TOMLValue {
        let position = scanner.position
        return TOMLValue(kind: try parseKind(), position: position)
    }

    private mutating func parseKind() throws(TOMLError) -> TOMLValue.Kind {
        switch scanner.current {
        case ascii("\""), ascii("'"): .string(try parseString())
        case ascii("["): .array(try parseArray())
        case ascii("{"): .table(try parseInlineTable())
        default: try parseScalar()
        }
    }

    private mutating func parseArray() throws(TOMLError) -> [TOMLValue] {
        scanner.advance()
        var elements: [TOMLValue] = []
        try skipLines()
        while !scanner.take(ascii("]")) {
            elements.append(
                try nested { parser throws(TOMLError) in try parser.parseValue() }
            )
            try skipLines()
            guard scanner.take(ascii(",")) || scanner.current == ascii("]") else {
                throw unexpected("`,` or `]`")
            }
            try skipLines()
        }
        return elements
    }

    /// Skips everything that may stand between the elements of an array.
    private mutating func skipLines() throws(TOMLError) {
        repeat {
            scanner.skipBlanks()
            try skipComment()
        } while scanner.takeNewline()
    }

    private mutating func parseInlineTable() throws(TOMLError) -> TOMLTable {
        let table = TOMLTableBuilder(.explicit, at: scanner.position)
        scanner.advance()
        scanner.skipBlanks()
        if scanner.take(ascii("}")) { return table.build() }
        repeat {
            scanner.skipBlanks()
            try parseKeyValue(into: table)
            scanner.skipBlanks()
        } while scanner.take(ascii(","))
        try expect("}", orElse: "`,` or `}`")
        return table.build()
    }

    /// Parses a number, a boolean, a date or a time: the values without delimiters.
    private mutating func parseScalar() throws(TOMLError) -> TOMLValue.Kind {
        let position = scanner.position
        let token = takeToken()
        guard !token.isEmpty else { throw unexpected("a value") }
        if TOMLDateTimeSyntax.recognizes(token) {
            guard TOMLDateTimeSyntax.isValid(token) else {
                let text = quoted(String(decoding: token, as: UTF8.self))
                throw TOMLError(position: position, reason: "\(text) is no valid date or time")
            }
            return .dateTime
        }
        return try TOMLNumberParser(token: token, position: position).parse()
    }

    private mutating func takeToken() -> [UInt8] {
        var token: [UInt8] = []
        takeTokenBytes(into: &token)
        if token.count == 10, TOMLDateTimeSyntax.startsLikeDate(token), isAtTimeAfterSpace {
            token.append(ascii(" "))
            scanner.advance()
            takeTokenBytes(into: &token)
        }
        return token
    }

    private mutating func takeTokenBytes(into token: inout [UInt8]) {
        while let byte = scanner.current, byte.isTokenByte {
            token.append(byte)
            scanner.advance()
        }
    }

    private var isAtTimeAfterSpace: Bool {
        scanner.current == ascii(" ") && scanner.peek(1)?.isDigit == true
    }
}

extension UInt8 {
    /// Whether the byte may stand in a number, a boolean, a date or a time.
    fileprivate var isTokenByte: Bool {
        isBareKeyByte || self == ascii("+") || self == ascii(".") || self == ascii(":")
    }
}
