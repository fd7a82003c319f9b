/// A slot's record of failures in a row, and the delay that follows from it.
///
/// The first respawn comes at once, the next ones after 100 ms, doubling up to 10 s.
struct BackOff: Equatable {
    /// After this many failures to boot in a row a slot counts as unable to boot.
    static let freeFailures = 3

    /// The workers in a row that ended unexpectedly, none of them after 30 s of health.
    private(set) var failures = 0
    /// The last of them in a row that could not boot.
    private(set) var bootFailures = 0
    /// When the next worker may be spawned; `nil` for at once.
    private(set) var due: Instant?

    /// Whether the slot failed so often in a row that it counts as unable to boot.
    var isExhausted: Bool {
        bootFailures >= Self.freeFailures
    }

    /// Tells whether a worker may be spawned.
    func permits(at now: Instant) -> Bool {
        guard let due else { return true }
        return due <= now
    }

    /// Records a worker that could not boot and returns the delay before the next one.
    mutating func recordBootFailure(at now: Instant) -> Duration {
        bootFailures += 1
        return postpone(from: now)
    }

    /// Records a worker that ended after it had been ready for some time, and returns the delay
    /// before the next one.
    mutating func recordEnd(afterReadyFor health: Duration, at now: Instant) -> Duration {
        if health >= Interval.health { failures = 0 }
        bootFailures = 0
        return postpone(from: now)
    }

    private mutating func postpone(from now: Instant) -> Duration {
        failures += 1
        let delay = delay
        due = now + delay
        return delay
    }

    private var delay: Duration {
        guard failures > 1 else { return .zero }
        // The exponent is bounded, so that many failures do not overflow.
        let doublings = min(failures - 2, 10)
        return min(Interval.shortestDelay * (1 << doublings), Interval.longestDelay)
    }
}
