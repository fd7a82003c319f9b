// The start of a new arbiter beside this one. From then on either may be stopped, by a command only:
// whatever the other one does, this one serves on.
extension Supervisor {
    mutating func startUpgrade() {
        guard accepts(.upgrade) else { return }
        guard rollingReload == nil else { return refuse(.upgrade, .reloading) }
        if let refusal = otherArbiter.refusal { return refuse(.upgrade, refusal) }
        otherArbiter = .starting
        actions.append(.startUpgrade)
    }

    mutating func noteUpgradeStarted() {
        if otherArbiter == .starting { otherArbiter = .successor }
    }

    mutating func noteUpgradeEnded() {
        switch otherArbiter {
        case .starting, .successor, .stopping: otherArbiter = .none
        case .none, .predecessor: break
        }
    }

    mutating func notePredecessorExited() {
        switch otherArbiter {
        case .predecessor, .stopping: otherArbiter = .none
        case .none, .starting, .successor: break
        }
    }

    mutating func noteOtherArbiterStops() {
        if otherArbiter.serves { otherArbiter = .stopping }
    }

    /// Ends an upgrade whose new arbiter does not serve yet.
    mutating func cancelUpgrade() {
        guard otherArbiter == .starting else { return }
        otherArbiter = .none
        actions.append(.cancelUpgrade)
    }
}

/// Whether another arbiter has, or will have, the same listeners.
enum OtherArbiterState: Equatable {
    /// There is no other arbiter.
    case none
    /// A child will become one.
    case starting
    /// The arbiter that this one has started runs.
    case successor
    /// The arbiter that has started this one still runs.
    case predecessor
    /// There is one, but it was told to stop, and leaves the listen queues to this one.
    case stopping

    /// Whether the clients in the listen queues are served after the end of this arbiter.
    var serves: Bool {
        switch self {
        case .none, .starting, .stopping: false
        case .successor, .predecessor: true
        }
    }

    /// The reason for which no upgrade can be started; `nil` if it can.
    var refusal: CommandRefusal? {
        switch self {
        case .none: nil
        case .starting: .upgrading
        case .successor, .stopping: .upgraded
        case .predecessor: .predecessorRuns
        }
    }
}
