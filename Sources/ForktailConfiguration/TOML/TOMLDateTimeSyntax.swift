/// Checks dates and times, RFC 3339: no setting has one, so their values are not kept.
enum TOMLDateTimeSyntax {
    /// Whether a token can only be a date or a time.
    static func recognizes(_ token: [UInt8]) -> Bool {
        startsLikeDate(token) || shape(token).hasPrefix("00:")
    }

    /// Whether a token begins as a date does: four digits and a hyphen.
    static func startsLikeDate(_ token: [UInt8]) -> Bool {
        shape(token).hasPrefix("0000-")
    }

    /// Whether a token is a valid date, a valid time, or both.
    static func isValid(_ token: [UInt8]) -> Bool {
        guard startsLikeDate(token) else { return isTime(token[...], mayHaveOffset: false) }
        guard isDate(token.prefix(10)) else { return false }
        let rest = token.dropFirst(10)
        guard let separator = rest.first else { return true }
        return "Tt ".utf8.contains(separator) && isTime(rest.dropFirst(), mayHaveOffset: true)
    }

    private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
        guard shape(text) == "0000-00-00" else { return false }
        let (year, month) = (number(text.prefix(4)), number(text.dropFirst(5).prefix(2)))
        let isLeap =
            year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month) else { return false }
        return (1...days[month - 1]).contains(number(text.suffix(2)))
    }

    /// The second 60 is a leap second.
    private static func isTime(_ text: ArraySlice<UInt8>, mayHaveOffset: Bool) -> Bool {
        guard shape(text.prefix(8)) == "00:00:00", number(text.prefix(2)) < 24,
            number(text.dropFirst(3).prefix(2)) < 60, number(text.dropFirst(6).prefix(2)) <= 60
        else { return false }
        var rest = text.dropFirst(8)
        if rest.first == ascii(".") {
            let digits = rest.dropFirst().prefix(while: \.isDigit)
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        return rest.isEmpty || mayHaveOffset && isOffset(rest)
    }

    private static func isOffset(_ text: ArraySlice<UInt8>) -> Bool {
        switch shape(text) {
        case "Z", "z": true
        case "+00:00", "-00:00":
            number(text.dropFirst().prefix(2)) < 24 && number(text.suffix(2)) < 60
        default: false
        }
    }

    /// The text with each digit turned into a zero.
    private static func shape(_ text: some Sequence<UInt8>) -> String {
        String(decoding: text.map { $0.isDigit ? ascii("0") : $0 }, as: UTF8.self)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - ascii("0")) }
    }
}
