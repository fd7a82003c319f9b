import ForktailSystem

/// How slowly a client may send, on average: `limit_request_rate`.
struct RequestPace {
    /// The time that a client has in any case.
    static let grace = Duration.seconds(10)

    /// In bytes per second; nil where there is no limit.
    let rate: Int?

    /// How long a client may have taken for that many bytes; nil where there is no limit.
    func allowance(for count: Int) -> Duration? {
        rate.map { Self.grace + .seconds(Double(count) / Double($0)) }
    }
}
