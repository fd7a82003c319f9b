/// What is known of a worker that has served its time.
struct Recycling: Equatable {
    let reason: RecycleReason
    /// Since when it waits for its replacement.
    let since: Instant
}
