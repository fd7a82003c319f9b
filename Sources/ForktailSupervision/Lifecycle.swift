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
    /// A graceful stop was asked for, and the workers serve until its delay is over.
    case delayingStop(until: Instant)
    /// No worker is spawned any more, and the workers leave.
    case stopping(Stop)
    /// No worker is left.
    case exited

    /// Whether the arbiter has started and was not told to stop.
    var isRunning: Bool {
        switch self {
        case .booting, .settling, .serving: true
        case .idle, .delayingStop, .stopping, .exited: false
        }
    }
}

/// How urgently the arbiter stops, and why.
struct Stop: Equatable {
    /// The steps of urgency, each one entered by a stop command.
    enum Urgency: Equatable {
        case graceful
        case quick
        case killing

        init(_ mode: StopMode) {
            switch mode {
            case .graceful: self = .graceful
            case .quick: self = .quick
            }
        }
    }

    var urgency: Urgency
    let reason: ExitReason
}
