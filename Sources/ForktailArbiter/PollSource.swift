/// A descriptor that the arbiter waits for, and what it does once there is something to read.
struct PollSource {
    /// The descriptor's number; negative where there is nothing to wait for.
    let descriptor: CInt
    let handle: () -> Void
}
