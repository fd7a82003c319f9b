import ForktailSystem

/// What a wait for a client tells that it is no silence.
protocol Heartbeat: AnyObject {
    /// How often a beat is due, and how long any wait may last.
    var interval: Duration { get }
    /// Says that the worker is alive.
    func beat(at now: Instant)
}
