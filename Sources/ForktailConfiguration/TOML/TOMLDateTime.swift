/// A date, a time, or both, with the offset from UTC where one is given.
struct TOMLDateTime: Equatable, Sendable {
    /// A day of the Gregorian calendar.
    struct Date: Equatable, Sendable {
        let year: Int
        let month: Int
        let day: Int
    }

    /// A time of day; the second 60 is a leap second.
    struct Time: Equatable, Sendable {
        let hour: Int
        let minute: Int
        let second: Int
        let nanosecond: Int
    }

    /// The day, absent from a local time.
    let date: Date?
    /// The time of day, absent from a local date.
    let time: Time?
    /// The offset from UTC in minutes, absent from local dates and times.
    let offset: Int?
}
