@_spi(inlined) import ForktailHTTP
import ForktailSystem

/// The time as lines of the access log have it, made once a second.
final class LogClock {
    private var seconds = Int64.min
    private var common = ByteBuffer()
    private var timestamp = ByteBuffer()

    /// Appends a moment as the common log format has it: `[22/Nov/2026:10:20:56 +0000]`.
    func append(common time: WallClock, to line: inout ByteBuffer) {
        update(to: time)
        common.withSpan { line.append($0) }
    }

    /// Appends a moment as RFC 3339 has it: `2026-11-22T10:20:56.123Z`.
    func append(timestamp time: WallClock, to line: inout ByteBuffer) {
        update(to: time)
        timestamp.withSpan { line.append($0) }
        line.append(decimal: UInt64(time.microseconds / 1000), digits: 3)
        line.append(UInt8(ascii: "Z"))
    }

    private func update(to time: WallClock) {
        guard time.seconds != seconds else { return }
        seconds = time.seconds
        common.truncate()
        common.append("[\(time.commonLogTime)]")
        timestamp.truncate()
        timestamp.append(String(time.timestamp.dropLast("000Z".count)))
    }
}
