/// Reads a date, a time or both from the characters of one token, as RFC 3339 writes them.
struct TOMLDateTimeParser {
    private let token: [UInt8]
    private var index = 0

    private init(_ token: [UInt8]) {
        self.token = token
    }

    /// Returns whether a token can be nothing but a date or a time.
    static func recognizes(_ token: [UInt8]) -> Bool {
        startsLikeDate(token) || token.count > 2 && digits(token, 2) && token[2] == ascii(":")
    }

    /// Returns whether a token begins as a date does: four digits and a hyphen.
    static func startsLikeDate(_ token: [UInt8]) -> Bool {
        token.count > 4 && digits(token, 4) && token[4] == ascii("-")
    }

    /// Returns the value of a token, or `nil` where it is no valid date or time.
    static func parse(_ token: [UInt8]) -> TOMLDateTime? {
        var parser = TOMLDateTimeParser(token)
        return parser.parse()
    }

    private static func digits(_ token: [UInt8], _ count: Int) -> Bool {
        token.prefix(count).allSatisfy(\.isDigit)
    }

    private mutating func parse() -> TOMLDateTime? {
        guard Self.startsLikeDate(token) else {
            return parseLocalTime()
        }
        guard let date = parseDate() else { return nil }
        if isAtEnd {
            return TOMLDateTime(date: date, time: nil, offset: nil)
        }
        guard take(ascii("T")) || take(ascii("t")) || take(ascii(" ")),
            let time = parseTime()
        else { return nil }
        if isAtEnd {
            return TOMLDateTime(date: date, time: time, offset: nil)
        }
        guard let offset = parseOffset(), isAtEnd else { return nil }
        return TOMLDateTime(date: date, time: time, offset: offset)
    }

    private mutating func parseLocalTime() -> TOMLDateTime? {
        guard let time = parseTime(), isAtEnd else { return nil }
        return TOMLDateTime(date: nil, time: time, offset: nil)
    }

    private mutating func parseDate() -> TOMLDateTime.Date? {
        guard let year = number(4, in: 0...9999), take(ascii("-")),
            let month = number(2, in: 1...12), take(ascii("-")),
            let day = number(2, in: 1...Self.days(inMonth: month, of: year))
        else { return nil }
        return TOMLDateTime.Date(year: year, month: month, day: day)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
    }

    private mutating func parseTime() -> TOMLDateTime.Time? {
        guard let hour = number(2, in: 0...23), take(ascii(":")),
            let minute = number(2, in: 0...59), take(ascii(":")),
            let second = number(2, in: 0...60),
            let nanosecond = parseFraction()
        else { return nil }
        return TOMLDateTime.Time(
            hour: hour,
            minute: minute,
            second: second,
            nanosecond: nanosecond
        )
    }

    /// Parses the fraction of a second; digits beyond the ninth are cut off.
    private mutating func parseFraction() -> Int? {
        guard take(ascii(".")) else { return 0 }
        let start = index
        var (value, unit) = (0, 100_000_000)
        while index < token.count, token[index].isDigit {
            value += Int(token[index] - ascii("0")) * unit
            unit /= 10
            index += 1
        }
        return index > start ? value : nil
    }

    private mutating func parseOffset() -> Int? {
        if take(ascii("Z")) || take(ascii("z")) { return 0 }
        let isNegative = take(ascii("-"))
        guard isNegative || take(ascii("+")),
            let hour = number(2, in: 0...23), take(ascii(":")),
            let minute = number(2, in: 0...59)
        else { return nil }
        let offset = hour * 60 + minute
        return isNegative ? -offset : offset
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
