import ForktailSystem

/// Takes the beats of a driver that waits for a client, so that the worker does not count as hung.
protocol Heartbeat: AnyObject {
    /// How often a beat is due, and how long any wait may last.
    var interval: Duration { get }
    /// Says that the worker is alive.
    func beat(at now: Instant)
}
