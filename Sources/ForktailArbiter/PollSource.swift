/// A descriptor that the arbiter waits for, and what reads it without waiting.
struct PollSource {
    /// The descriptor's number; negative where there is nothing to wait for.
    let descriptor: CInt
    let handle: () -> Void
}
