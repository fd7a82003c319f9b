/// Decides what the arbiter does next.
package struct Supervisor {
    /// Makes a supervisor that has not started.
    package init(policy: Policy) {}

    /// Takes in an event and returns what is to be done, in order.
    package mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        []
    }

    /// When `Event.tick` is due at the latest; `nil` if nothing is waited for but events.
    package var nextDeadline: Instant? {
        nil
    }

    /// The state of the service in numbers.
    package var counts: Counts {
        Counts(wanted: 0, ready: 0, booting: 0, leaving: 0, generation: 1, reloading: nil)
    }

    /// Returns what is known of a worker, or `nil` if it is not alive.
    package func worker(_ id: WorkerID) -> WorkerFacts? {
        nil
    }
}
