import ForktailHTTP
import ForktailSystem

/// The value of the Date field, made once a second.
struct DateField {
    private var seconds = Int64.min
    private var text: [UInt8] = []

    /// The 29 bytes for this second.
    mutating func value(at time: WallClock) -> [UInt8] {
        if time.seconds != seconds {
            seconds = time.seconds
            text = HTTPDate.format(secondsSince1970: seconds)
        }
        return text
    }
}
