// The way to the exit: perhaps a delay, then a graceful stop, a quick one, and killing.
//
// While another arbiter serves the same listeners there is neither a delay nor a drain: clients are
// still served, so no load balancer has to know, and the other arbiter serves the listen queues and
// sets the mode of the listeners. If the other one stops too, it is not counted on.
extension Supervisor {
    /// Starts to stop, or makes the stop more urgent: each further command is one step, from
    /// graceful to quick to killing.
    mutating func stop(_ mode: StopMode) {
        switch lifecycle {
        case .idle, .booting, .settling, .serving: startStopping(mode)
        case .delayingStop: endDelayEarly()
        case .stopping(let stop): escalate(stop)
        case .exited: break
        }
    }

    /// Gives up: kills all workers, and exits with status 70.
    mutating func giveUp() {
        actions.append(.report(.bootFailed(failures: BackOff.freeFailures)))
        cancelUpgrade()
        lifecycle = .stopping(Stop(urgency: .killing, reason: .bootFailed))
        rollingReload = nil
        killAll()
    }

    /// Keeps the service up, or stops if the delay is over.
    mutating func advanceDelay(until end: Instant) {
        guard now >= end else { return fillEmptySlots() }
        beginStop(.graceful)
    }

    /// Exits if the arbiter is stopping and no worker is left.
    mutating func exitIfStopped() {
        guard case .stopping(let stop) = lifecycle, table.isEmpty else { return }
        lifecycle = .exited
        actions.append(.exit(stop.reason))
    }

    private mutating func startStopping(_ mode: StopMode) {
        cancelUpgrade()
        actions.append(.stopping(mode))
        switch mode {
        case .graceful where mayDelay: delayStop()
        case .graceful, .quick: beginStop(mode)
        }
    }

    /// Whether a delay is wanted and there are workers to serve during it.
    private var mayDelay: Bool {
        switch lifecycle {
        case .idle, .booting, .delayingStop, .stopping, .exited: return false
        case .settling, .serving: break
        }
        guard current.policy.shutdownDelay > .zero, !otherArbiter.serves else { return false }
        return current.workers > 0 || counts.ready > 0
    }

    private mutating func delayStop() {
        let delay = current.policy.shutdownDelay
        retireReplacements()
        rollingReload = nil
        lifecycle = .delayingStop(until: now + delay)
        actions.append(.report(.stopDelayed(by: delay)))
    }

    private mutating func beginStop(_ mode: StopMode) {
        rollingReload = nil
        lifecycle = .stopping(Stop(urgency: Stop.Urgency(mode), reason: .stopped))
        if !otherArbiter.serves { actions.append(.beginDrain) }
        stopAll(mode)
    }

    private mutating func endDelayEarly() {
        reportEscalation()
        beginStop(.quick)
    }

    private mutating func escalate(_ stop: Stop) {
        switch stop.urgency {
        case .graceful:
            lifecycle = .stopping(Stop(urgency: .quick, reason: stop.reason))
            reportEscalation()
            stopAll(.quick)
        case .quick:
            lifecycle = .stopping(Stop(urgency: .killing, reason: stop.reason))
            actions.append(.report(.stopEscalated(to: .kill)))
            killAll()
        case .killing:
            break
        }
    }

    private mutating func reportEscalation() {
        actions.append(.stopping(.quick))
        actions.append(.report(.stopEscalated(to: .quit)))
    }

    private mutating func stopAll(_ mode: StopMode) {
        let isHandedOver = mode == .graceful && otherArbiter.serves
        let drains = mode == .graceful && !isHandedOver ? table.drainer : nil
        table.changeEach(into: &actions) { [now] worker, actions in
            if isHandedOver {
                worker.retire(.handedOver, at: now, into: &actions)
            } else if worker.id == drains {
                worker.drain(at: now)
            } else {
                worker.stop(mode, at: now, into: &actions)
            }
        }
    }

    /// The listen queues are empty: the worker that served them may leave.
    mutating func noteQueuesDrained() {
        table.changeEach(into: &actions) { [now] worker, actions in
            if worker.instruction == .drain {
                worker.stop(.graceful, at: now, into: &actions)
            }
        }
    }

    private mutating func killAll() {
        table.changeEach(into: &actions) { [now] worker, actions in
            worker.kill(.escalation, at: now, into: &actions)
        }
    }
}
