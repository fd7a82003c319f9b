import ForktailHTTP
import ForktailSystem

/// The value of the Date field, made once a second.
struct DateField {
    private var seconds = Int64.min

    /// Returns the 29 bytes for this second; nil where they are as before.
    mutating func update(at time: WallClock) -> [UInt8]? {
        guard time.seconds != seconds else { return nil }
        seconds = time.seconds
        return HTTPDate.format(secondsSince1970: seconds)
    }
}
