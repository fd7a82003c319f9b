/// A point of time on the monotonic clock: CLOCK_MONOTONIC, which no change of the date moves.
///
/// Reading the clock is I/O: `now()` is in ForktailSystem.
package struct Instant: Comparable, Hashable, Sendable {
    /// Nanoseconds since the machine started.
    package let nanosecondsSinceBoot: Int64

    /// Makes the instant that is the given number of nanoseconds after the start of the machine.
    @inlinable package init(nanosecondsSinceBoot nanoseconds: Int64) {
        nanosecondsSinceBoot = nanoseconds
    }

    /// Makes the instant that is the given time after the start of the machine.
    @inlinable package init(sinceBoot duration: Duration) {
        nanosecondsSinceBoot = duration.nanoseconds
    }

    /// The time since the start of the machine.
    @inlinable package var sinceBoot: Duration { .nanoseconds(nanosecondsSinceBoot) }

    /// Returns the number of whole periods of 2 to the `exponent` nanoseconds since the start of
    /// the machine.
    @inlinable package func tick(_ exponent: Int) -> Int {
        Int(nanosecondsSinceBoot >> Int64(exponent))
    }

    /// Returns the instant that is the given time later.
    @inlinable package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanosecondsSinceBoot: instant.nanosecondsSinceBoot &+ duration.nanoseconds)
    }

    /// Returns the instant that is the given time earlier.
    @inlinable package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(nanosecondsSinceBoot: instant.nanosecondsSinceBoot &- duration.nanoseconds)
    }

    /// Returns the time from the right instant to the left one.
    @inlinable package static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(later.nanosecondsSinceBoot &- earlier.nanosecondsSinceBoot)
    }

    /// Tells whether the instants are the same.
    @inlinable package static func == (left: Instant, right: Instant) -> Bool {
        left.nanosecondsSinceBoot == right.nanosecondsSinceBoot
    }

    /// Tells whether the left instant is the earlier one.
    @inlinable package static func < (left: Instant, right: Instant) -> Bool {
        left.nanosecondsSinceBoot < right.nanosecondsSinceBoot
    }
}
