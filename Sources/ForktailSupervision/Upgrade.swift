/// Whether another arbiter has, or is about to have, the same listeners.
enum Upgrade: Equatable {
    /// None has.
    case none
    /// A child is to become one.
    case starting
    /// The one that this arbiter has started runs.
    case running
    /// The one that has started this arbiter still runs.
    case predecessor
    /// One runs, but was told to stop, and leaves the accept queues to this arbiter.
    case stopping

    /// Whether clients that wait in the accept queues are served after this arbiter's end.
    var sharesListeners: Bool {
        switch self {
        case .none, .starting, .stopping: false
        case .running, .predecessor: true
        }
    }

    /// Why no upgrade can be started, if it cannot.
    var refusal: CommandRefusal? {
        switch self {
        case .none: nil
        case .starting: .upgrading
        case .running: .upgraded
        case .predecessor: .predecessorRuns
        case .stopping: .upgraded
        }
    }
}
