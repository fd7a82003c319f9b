/// A slot's record of how its workers ended, and when the next one may be spawned.
///
/// Workers that could not boot, or ended without having served a request, back off: the first respawn
/// comes at once, the next ones after 100 ms, doubling up to 10 s. A worker that has served shows that
/// the next one can, too: it is respawned at once, ten times in a row, and then ten times a second. So a
/// request that crashes its worker, sent again and again, costs its slot little.
struct BackOff: Equatable {
    /// After this many failures to boot in a row a slot counts as unable to boot.
    static let freeFailures = 3

    /// The workers in a row that could not boot, or ended without a request and 30 s of health.
    private(set) var failures = 0
    /// The last of them in a row that could not boot.
    private(set) var bootFailures = 0
    /// Whether the slot has used up its respawns at once.
    private(set) var isPaced = false
    /// When the last worker ended, and how long the next one waits.
    private var end: Instant?
    private var wait = Duration.zero
    /// When ten respawns at once are allowed again.
    private var isReplenishedAt: Instant?

    /// Whether the slot failed so often in a row that it counts as unable to boot.
    var isExhausted: Bool {
        bootFailures >= Self.freeFailures
    }

    /// When the next worker may be spawned; `nil` for at once.
    var due: Instant? {
        end.map { $0 + wait }
    }

    /// The same where too many slots wait.
    ///
    /// The last worker was able to boot: at once. To spawn others again and again that can't boot would
    /// only use up the processors: after a second.
    var dueInNeed: Instant? {
        guard bootFailures > 0 else { return nil }
        return end.map { $0 + min(wait, Interval.longestDelayInNeed) }
    }

    /// Tells whether a worker may be spawned.
    func permits(at now: Instant) -> Bool {
        guard let due else { return true }
        return due <= now
    }

    /// Records a worker that could not boot.
    mutating func recordBootFailure(at now: Instant) {
        bootFailures += 1
        recordFailure(at: now)
    }

    /// Records a worker that had been ready for some time and served no request.
    mutating func recordEnd(afterReadyFor health: Duration, at now: Instant) {
        if health >= Interval.health { failures = 0 }
        bootFailures = 0
        recordFailure(at: now)
    }

    /// Records a worker that has served, which takes one respawn.
    mutating func recordEndOfService(at now: Instant) {
        failures = 0
        bootFailures = 0
        let burst = Interval.pace * Self.respawnsAtOnce
        let full = max(isReplenishedAt ?? now, now) + Interval.pace
        // A slot in need may take more than it has; it does not have to give that back.
        isReplenishedAt = min(full, now + burst + Interval.pace)
        let delay = max(.zero, full - burst - now)
        isPaced = delay > .zero
        end = now
        wait = min(delay, Interval.pace)
    }

    private static let respawnsAtOnce = 10

    private mutating func recordFailure(at now: Instant) {
        failures += 1
        isPaced = false
        end = now
        wait = delay
    }

    private var delay: Duration {
        guard failures > 1 else { return .zero }
        // The exponent is bounded, so that many failures do not overflow.
        let doublings = min(failures - 2, 10)
        return min(Interval.shortestDelay * (1 << doublings), Interval.longestDelay)
    }
}
