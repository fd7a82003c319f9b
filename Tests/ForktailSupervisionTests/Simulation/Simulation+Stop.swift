import ForktailSupervision

/// What must hold from the first stop command on.
extension Simulation {
    /// A graceful stop of a service that is up is delayed where its settings say so.
    mutating func noteDelay(_ delay: Duration) throws(Violation) {
        try require(mustDelay, "a stop is delayed only where it must be")
        try require(delay == oracle.inForce.policy.shutdownDelay, "the delay is that in force")
        oracle.stop?.delayedUntil = handledAt + Self.milliseconds(delay)
        coverage.see(.stopDelayed)
    }

    private var mustDelay: Bool {
        guard let stop = oracle.stop, stop.urgency == 1, !stop.isShared else { return false }
        guard oracle.inForce.policy.shutdownDelay > .zero, oracle.wasReady else { return false }
        return oracle.wantedInForce > 0 || readyCount > 0
    }

    /// The accept queues run dry once, after the delay and not at another arbiter's expense.
    mutating func beginDrain() throws(Violation) {
        guard let stop = oracle.stop else { return try require(false, "nothing drains unasked") }
        try require(!stop.isShared, "the queues of another arbiter are left alone")
        try require(stop.drainedAt == nil, "the drain begins once")
        if let end = stop.delayedUntil {
            try require(now >= end || stop.urgency > 1, "the delay is respected")
            coverage.see(stop.urgency > 1 ? .delayCut : .delayOver)
        }
        oracle.stop?.drainedAt = now
    }

    /// Asks for the right way to leave.
    func checkLeave(_ signal: WorkerSignal, _ worker: SimulatedWorker) throws(Violation) {
        let stop = oracle.stop
        switch signal {
        case .terminate(drain: true):
            try require(stop?.drainedAt != nil, "the worker that drains the queue is the last one")
        case .quit:
            try require(stop?.drainedAt != nil || stop?.isShared == true, "a stop begins to drain")
            try require(oracle.stops > 1, "no worker quits before a quick stop")
        case .terminate(drain: false):
            try require(worker.retirement != nil, "the retired have a reason")
        case .abort, .kill, .reopenLogs:
            break
        }
    }

    /// The stop, with its delay, comes to an end.
    func checkStopIsBounded() throws(Violation) {
        guard let stop = oracle.stop, oracle.exit == nil else { return }
        let slack = 1200 + lost
        let leaveAt = max(stop.leaveAt, resumedAt, awakeAt)
        if stop.isDelaying {
            try require(stop.urgency == 1, "a further stop ends the delay")
            try require(handledAt < leaveAt, "the delay comes to an end in time")
        }
        for worker in workers {
            let graceful = Self.milliseconds(worker.policy.gracefulTimeout)
            try require(now <= leaveAt + graceful + slack, "the stop comes to an end in time")
        }
    }
}
