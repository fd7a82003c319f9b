/// The start of a new arbiter beside this one.
///
/// From then on either may be stopped, by command only: this one goes on whatever the other does.
extension Supervisor {
    mutating func startUpgrade() {
        guard accepts(.upgrade) else { return }
        guard roll == nil else { return refuse(.upgrade, .reloading) }
        if let refusal = upgrade.refusal { return refuse(.upgrade, refusal) }
        upgrade = .starting
        actions.append(.startUpgrade)
    }

    mutating func noteUpgradeStarted() {
        switch upgrade {
        case .starting: upgrade = .running
        case .none, .running, .predecessor, .stopping: break
        }
    }

    mutating func noteUpgradeEnded() {
        switch upgrade {
        case .starting, .running, .stopping: upgrade = .none
        case .none, .predecessor: break
        }
    }

    mutating func notePredecessorExited() {
        switch upgrade {
        case .predecessor, .stopping: upgrade = .none
        case .none, .starting, .running: break
        }
    }

    mutating func noteOtherArbiterStops() {
        switch upgrade {
        case .running, .predecessor: upgrade = .stopping
        case .none, .starting, .stopping: break
        }
    }

    /// Ends an upgrade of which nobody knows yet whether it will serve.
    mutating func cancelUpgrade() {
        switch upgrade {
        case .starting:
            upgrade = .none
            actions.append(.cancelUpgrade)
        case .none, .running, .predecessor, .stopping:
            break
        }
    }
}
