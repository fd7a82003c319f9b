/// A point on the monotonic clock.
package struct Instant: Comparable, Hashable, Sendable {
    /// The time since the machine booted.
    package let sinceBoot: Duration

    /// Makes the instant that came the given time after the machine booted.
    package init(sinceBoot: Duration) {
        self.sinceBoot = sinceBoot
    }

    /// Tells whether the left instant comes first.
    package static func < (left: Instant, right: Instant) -> Bool {
        left.sinceBoot < right.sinceBoot
    }

    /// Returns the instant that comes the given time later.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceBoot: instant.sinceBoot + duration)
    }

    /// Returns the instant that came the given time earlier.
    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceBoot: instant.sinceBoot - duration)
    }

    /// Returns the time from the right instant to the left one.
    package static func - (end: Instant, start: Instant) -> Duration {
        end.sinceBoot - start.sinceBoot
    }
}
