/// A date and time of day as HTTP writes them, RFC 9110 section 5.6.7: to the second, in UTC.
public struct HTTPDate: Hashable, Sendable {
    /// Seconds since the start of 1970, UTC, without leap seconds.
    public let secondsSince1970: Int64

    /// Makes the time that many seconds after the start of 1970.
    public init(secondsSince1970: Int64) {
        self.secondsSince1970 = secondsSince1970
    }

    /// Reads any of the three forms of a date; nil for anything else, and for a date that does not
    /// exist.
    ///
    /// A year of two digits is one of 1970 to 2069.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        var reader = HTTPDateReader(bytes)
        guard let time = reader.read(), time.isValid else { return nil }
        self.init(secondsSince1970: time.secondsSince1970)
    }

    static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The 29 bytes of the preferred form, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// The form has four digits for the year: a time outside the years 0 to 9999 is brought to the
    /// nearer end.
    package static func format(secondsSince1970 seconds: Int64) -> [UInt8] {
        let time = CivilTime(secondsSince1970: min(max(seconds, -62_167_219_200), 253_402_300_799))
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(weekdays[time.weekday])
        text.append(literal: ", ")
        text.append(padded: time.day, to: 2)
        text.append(.space)
        text.append(months[time.month - 1])
        text.append(.space)
        text.append(padded: time.year, to: 4)
        text.append(.space)
        text.append(padded: time.hour, to: 2)
        text.append(UInt8(ascii: ":"))
        text.append(padded: time.minute, to: 2)
        text.append(UInt8(ascii: ":"))
        text.append(padded: time.second, to: 2)
        text.append(literal: " GMT")
        return text
    }
}

extension HTTPDate: Comparable {
    /// Says whether one time is before the other.
    public static func < (one: Self, other: Self) -> Bool {
        one.secondsSince1970 < other.secondsSince1970
    }
}

extension HTTPDate: CustomStringConvertible {
    /// The preferred form, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    public var description: String {
        String(decoding: Self.format(secondsSince1970: secondsSince1970), as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends the digits of `number` with zeros before them.
    fileprivate mutating func append(padded number: Int, to width: Int) {
        var divisor = width == 4 ? 1000 : 10
        while divisor > 0 {
            append(UInt8(number / divisor % 10) + 0x30)
            divisor /= 10
        }
    }
}
