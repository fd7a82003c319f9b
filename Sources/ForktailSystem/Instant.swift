import Glibc

/// A point of monotonic time: CLOCK_MONOTONIC, which no clock change moves.
package struct Instant: Comparable, Sendable {
    /// Nanoseconds since an origin that stays the same until the machine restarts.
    private let nanoseconds: Int64

    private init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Reads the clock: clock_gettime(2).
    package static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The time since the machine started.
    package var sinceBoot: Duration { .nanoseconds(nanoseconds) }

    /// How many whole periods of 2 to the `exponent` nanoseconds have passed since the origin.
    package func tick(_ exponent: Int) -> Int { Int(nanoseconds >> Int64(exponent)) }

    /// The time that has passed since then.
    package var elapsed: Duration { Instant.now() - self }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &+ duration.nanoseconds)
    }

    package static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
    }

    package static func < (one: Instant, other: Instant) -> Bool {
        one.nanoseconds < other.nanoseconds
    }
}

extension Duration {
    /// The length in whole nanoseconds; 292 years at most.
    package var nanoseconds: Int64 {
        Int64(truncatingIfNeeded: attoseconds / 1_000_000_000)
    }

    /// The length in whole milliseconds, rounded up, so that a wait never ends too early.
    package var millisecondsRoundedUp: Int64 {
        let whole = nanoseconds / 1_000_000
        return nanoseconds % 1_000_000 > 0 ? whole + 1 : whole
    }
}
