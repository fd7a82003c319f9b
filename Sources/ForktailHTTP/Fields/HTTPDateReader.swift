/// Reads the three forms of a date, RFC 9110 section 5.6.7.
struct HTTPDateReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Makes a reader at the start of `bytes`.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads one date and the end of the text; the parts may still make no date.
    mutating func read() -> CivilTime? {
        let weekday = readLetters()
        if weekday.count > 3 {
            return Self.longWeekdays.contains(weekday) ? readObsolete() : nil
        }
        guard HTTPDate.weekdays.contains(weekday) else { return nil }
        return bytes.dropFirst(position).first == UInt8(ascii: ",")
            ? readPreferred() : readASCTime()
    }

    private static let longWeekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// Reads on: `, 06 Nov 1994 08:49:37 GMT`.
    private mutating func readPreferred() -> CivilTime? {
        guard skip(", "), let day = readNumber(2), skip(" "), let month = readMonth(), skip(" "),
            let year = readNumber(4), skip(" "), let time = readTime(), skip(" GMT"), isAtEnd
        else { return nil }
        return make(year, month, day, time)
    }

    /// Reads on: `, 06-Nov-94 08:49:37 GMT`, the form of RFC 850.
    private mutating func readObsolete() -> CivilTime? {
        guard skip(", "), let day = readNumber(2), skip("-"), let month = readMonth(), skip("-"),
            let year = readNumber(2), skip(" "), let time = readTime(), skip(" GMT"), isAtEnd
        else { return nil }
        return make(year < 70 ? 2000 + year : 1900 + year, month, day, time)
    }

    /// Reads on: ` Nov  6 08:49:37 1994`, the form of `asctime()`.
    private mutating func readASCTime() -> CivilTime? {
        guard skip(" "), let month = readMonth(), skip(" "),
            let day = skip(" ") ? readNumber(1) : readNumber(2), skip(" "),
            let time = readTime(), skip(" "), let year = readNumber(4), isAtEnd
        else { return nil }
        return make(year, month, day, time)
    }

    private typealias Time = (hour: Int, minute: Int, second: Int)

    private func make(_ year: Int, _ month: Int, _ day: Int, _ time: Time) -> CivilTime {
        CivilTime(
            year: year,
            month: month,
            day: day,
            hour: time.hour,
            minute: time.minute,
            second: time.second
        )
    }

    private mutating func readTime() -> Time? {
        guard let hour = readNumber(2), skip(":"), let minute = readNumber(2), skip(":"),
            let second = readNumber(2)
        else { return nil }
        return (hour, minute, second)
    }

    private mutating func readMonth() -> Int? {
        let letters = readLetters()
        return HTTPDate.months.firstIndex(of: letters).map { $0 + 1 }
    }

    private var isAtEnd: Bool { position == bytes.count }

    private mutating func readLetters() -> String {
        let letters = bytes.dropFirst(position).prefix { $0.lowercased &- 0x61 < 26 }
        position += letters.count
        return String(decoding: letters, as: UTF8.self)
    }

    private mutating func readNumber(_ width: Int) -> Int? {
        let digits = bytes.dropFirst(position).prefix(width)
        guard digits.count == width, digits.allSatisfy(\.isDigit) else { return nil }
        position += width
        return digits.reduce(0) { $0 * 10 + Int($1 & 0x0f) }
    }

    private mutating func skip(_ text: String) -> Bool {
        guard bytes.dropFirst(position).starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }
}
