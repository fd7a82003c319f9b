/// A worker that has served its time and waits for its replacement.
struct Recycling: Equatable {
    let worker: WorkerID
    let reason: RecycleReason
}
