extension Supervisor {
    /// Starts to stop, or makes the stop more urgent: each further command is one step, from
    /// graceful to quick to killing.
    mutating func stop(_ mode: StopMode) {
        switch lifecycle {
        case .idle, .booting, .settling, .serving: startStopping(mode)
        case .stopping(let stop): escalate(stop)
        case .exited: break
        }
    }

    /// Gives up: kills what is left and exits with status 70.
    mutating func giveUp() {
        actions.append(.report(.bootFailed(failures: BackOff.patience)))
        lifecycle = .stopping(Stop(urgency: .killing, reason: .bootFailed))
        roll = nil
        killAll()
    }

    /// Exits if the arbiter is stopping and no worker is left.
    mutating func exitIfStopped() {
        switch lifecycle {
        case .stopping(let stop):
            guard table.isEmpty else { return }
            lifecycle = .exited
            actions.append(.exit(stop.reason))
        case .idle, .booting, .settling, .serving, .exited:
            break
        }
    }

    private mutating func startStopping(_ mode: StopMode) {
        let urgency: Stop.Urgency =
            switch mode {
            case .graceful: .graceful
            case .quick: .quick
            }
        lifecycle = .stopping(Stop(urgency: urgency, reason: .stopped))
        roll = nil
        actions.append(.stopping(mode))
        actions.append(.beginDrain)
        stopAll(mode)
    }

    private mutating func escalate(_ stop: Stop) {
        switch stop.urgency {
        case .graceful:
            lifecycle = .stopping(Stop(urgency: .quick, reason: stop.reason))
            actions.append(.stopping(.quick))
            actions.append(.report(.stopEscalated(to: .quit)))
            stopAll(.quick)
        case .quick:
            lifecycle = .stopping(Stop(urgency: .killing, reason: stop.reason))
            actions.append(.report(.stopEscalated(to: .kill)))
            killAll()
        case .killing:
            break
        }
    }

    private mutating func stopAll(_ mode: StopMode) {
        table.changeEach(into: &actions) { [now] worker, actions in
            worker.stop(mode, at: now, into: &actions)
        }
    }

    private mutating func killAll() {
        table.changeEach(into: &actions) { [now] worker, actions in
            worker.kill(.escalation, at: now, into: &actions)
        }
    }
}
