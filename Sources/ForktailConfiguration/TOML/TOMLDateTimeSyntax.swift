/// Checks dates and times, RFC 3339: no setting has one, so their values are not kept.
struct TOMLDateTimeSyntax {
    private let token: [UInt8]
    private var index = 0

    /// Whether a token can only be a date or a time.
    static func recognizes(_ token: [UInt8]) -> Bool {
        startsLikeDate(token)
            || token.count > 2 && token.prefix(2).allSatisfy(\.isDigit) && token[2] == ascii(":")
    }

    /// Whether a token begins as a date does: four digits and a hyphen.
    static func startsLikeDate(_ token: [UInt8]) -> Bool {
        token.count > 4 && token.prefix(4).allSatisfy(\.isDigit) && token[4] == ascii("-")
    }

    /// Whether a token is a valid date, a valid time, or both.
    static func isValid(_ token: [UInt8]) -> Bool {
        var syntax = TOMLDateTimeSyntax(token: token)
        return syntax.takeAll()
    }

    private mutating func takeAll() -> Bool {
        guard Self.startsLikeDate(token) else { return takeTime() && isAtEnd }
        guard takeDate() else { return false }
        if isAtEnd { return true }
        guard take(ascii("T")) || take(ascii("t")) || take(ascii(" ")), takeTime() else {
            return false
        }
        return isAtEnd || takeOffset() && isAtEnd
    }

    private mutating func takeDate() -> Bool {
        guard let year = number(4, in: 0...9999), take(ascii("-")),
            let month = number(2, in: 1...12), take(ascii("-"))
        else { return false }
        return number(2, in: 1...Self.days(inMonth: month, of: year)) != nil
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap =
            year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Takes a time of day; the second 60 is a leap second.
    private mutating func takeTime() -> Bool {
        guard number(2, in: 0...23) != nil, take(ascii(":")), number(2, in: 0...59) != nil,
            take(ascii(":")), number(2, in: 0...60) != nil
        else { return false }
        guard take(ascii(".")) else { return true }
        let start = index
        while index < token.count, token[index].isDigit { index += 1 }
        return index > start
    }

    private mutating func takeOffset() -> Bool {
        if take(ascii("Z")) || take(ascii("z")) { return true }
        guard take(ascii("-")) || take(ascii("+")) else { return false }
        return number(2, in: 0...23) != nil && take(ascii(":")) && number(2, in: 0...59) != nil
    }

    private var isAtEnd: Bool { index == token.count }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < token.count, token[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func number(_ count: Int, in range: ClosedRange<Int>) -> Int? {
        guard token.count - index >= count else { return nil }
        var value = 0
        for byte in token[index..<index + count] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - ascii("0"))
        }
        index += count
        return range.contains(value) ? value : nil
    }
}
