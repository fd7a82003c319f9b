import Glibc

extension Instant {
    /// Reads the clock: clock_gettime(2).
    package static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(
            nanosecondsSinceBoot: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        )
    }

    /// The time that has passed since then.
    package var elapsed: Duration { Instant.now() - self }
}
