import Glibc

/// A point of civil time, for people and for fields with dates only; never for deadlines.
package struct WallClock: Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// The rest, in microseconds.
    package let microseconds: Int

    /// Reads CLOCK_REALTIME: clock_gettime(2).
    package static func now() -> WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClock(seconds: Int64(time.tv_sec), microseconds: Int(time.tv_nsec) / 1000)
    }

    /// Makes the start of a second.
    package init(secondsSince1970 seconds: Int64) {
        self.init(seconds: seconds, microseconds: 0)
    }

    private init(seconds: Int64, microseconds: Int) {
        self.seconds = seconds
        self.microseconds = microseconds
    }

    /// Makes the time that is the given number of milliseconds after 1970-01-01T00:00:00Z.
    package init(milliseconds: Int64) {
        let seconds = milliseconds / 1000
        self.init(seconds: seconds, microseconds: Int(milliseconds - seconds * 1000) * 1000)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64 { seconds * 1000 + Int64(microseconds / 1000) }

    /// The minute in UTC: `2026-11-22 10:20`.
    package var minute: String { formatted("%Y-%m-%d %H:%M", local: false) }

    /// RFC 3339 in UTC with milliseconds: `2026-11-22T10:20:56.123Z`.
    package var timestamp: String {
        let milliseconds = String(1000 + microseconds / 1000).dropFirst()
        return formatted("%Y-%m-%dT%H:%M:%S", local: false) + ".\(milliseconds)Z"
    }

    /// The form of the common log format in local time: `22/Nov/2026:10:20:56 +0000`.
    package var commonLogTime: String {
        formatted("%d/%b/%Y:%H:%M:%S %z", local: true)
    }

    /// The time in a format of strftime(3).
    private func formatted(_ format: String, local: Bool) -> String {
        var clock = time_t(seconds)
        var parts = tm()
        if local { localtime_r(&clock, &parts) } else { gmtime_r(&clock, &parts) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let length = strftime(buffer.baseAddress, buffer.count, format, &parts)
            return String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
