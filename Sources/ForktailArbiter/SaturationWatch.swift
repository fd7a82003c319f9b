import ForktailSupervision

/// Since when all workers have been busy while clients wait.
struct SaturationWatch {
    private var since: Instant?
    private var sampledAt: Instant?
    private var warnedAt: Instant?

    /// Between two warnings.
    private static let pause = Duration.seconds(60)
    /// Samples that are further apart say nothing of the time between them.
    private static let longestGap = Duration.seconds(3)

    /// Takes a sample.
    ///
    /// - Parameters:
    ///   - load: What there is to do.
    ///   - ready: How many workers can do it.
    ///   - limit: How long clients may wait.
    ///   - now: When it was taken.
    /// - Returns: For how long they have waited, where it is time to warn.
    mutating func note(
        _ load: Load,
        ready: Int,
        limit: Duration,
        at now: Instant
    ) -> Duration? {
        if let sampledAt, now - sampledAt > Self.longestGap { since = nil }
        sampledAt = now
        guard ready > 0, load.busy >= ready, load.waiting > 0 else {
            since = nil
            return nil
        }
        let begin = since ?? now
        since = begin
        guard now - begin >= limit else { return nil }
        if let warnedAt, now - warnedAt < Self.pause { return nil }
        warnedAt = now
        return now - begin
    }
}

/// A request that a worker was answering at several looks.
struct WatchedRequest {
    /// When it began, which tells it from others.
    let start: Instant
    /// When it was seen first.
    let seen: Instant
    var isReportedSlow = false
    var isReportedBlocking = false
}
