import ForktailSystem

/// The time as the common log format has it, made once a second.
final class LogClock {
    private var seconds = Int64.min
    private var text = ""

    /// The text for a moment: `[22/Nov/2026:10:20:56 +0000]`.
    func text(at time: WallClock) -> String {
        if time.seconds != seconds {
            seconds = time.seconds
            text = "[\(time.commonLogTime)]"
        }
        return text
    }
}
