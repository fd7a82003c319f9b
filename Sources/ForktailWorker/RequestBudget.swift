import ForktailConfiguration

/// How many requests a worker may still answer: `max_requests`.
struct RequestBudget {
    /// Nil for any number, and after the report to the arbiter.
    private var remaining: Int?

    init(_ configuration: Configuration) {
        guard configuration.maxRequests > 0 else { return }
        remaining = configuration.maxRequests + Int.random(in: 0...configuration.maxRequestsJitter)
    }

    /// Counts a request, and reports once that the worker is exhausted; it serves on until it is
    /// replaced.
    mutating func spend(_ heartbeat: HeartbeatWriter) {
        guard let before = remaining else { return }
        remaining = before > 1 ? before - 1 : nil
        if remaining == nil { heartbeat.reportExhausted() }
    }
}
