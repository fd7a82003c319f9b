/// What is known of a live worker, for log lines.
package struct WorkerFacts: Equatable, Sendable {
    /// Its slot.
    package let slot: Int
    /// Its generation.
    package let generation: Int
    /// When it was spawned.
    package let startedAt: Instant
    /// Whether it has said that it is ready.
    package let isReady: Bool
    /// What it was asked to do, and why.
    package let order: Order
}
