import ForktailHTTP
import ForktailSystem

/// The value of the Date field, made once a second.
struct DateField {
    /// When the second is over: until then the clock of the day need not be read.
    private var end: Instant?

    /// Returns the 29 bytes for this second; nil where they are as before.
    mutating func update(at now: Instant) -> [UInt8]? {
        if let end, now < end { return nil }
        let time = WallClock.now()
        end = now + .microseconds(1_000_000 - time.microseconds)
        return HTTPDate.format(secondsSince1970: time.seconds)
    }
}
