/// The life of the arbiter as a whole.
enum Lifecycle: Equatable {
    /// Nothing has been spawned.
    case idle
    /// No worker has ever been ready.
    case booting
    /// A worker has been ready, but some slot still boots for the first time.
    case settling
    /// The service is up.
    case serving
    /// Nothing is spawned any more, and the workers leave.
    case stopping(Stop)
    /// No worker is left.
    case exited
}

/// How urgently the arbiter stops, and why.
struct Stop: Equatable {
    /// The steps of urgency, each one entered by a stop command.
    enum Urgency: Equatable {
        case graceful
        case quick
        case killing
    }

    var urgency: Urgency
    let reason: ExitReason
}
