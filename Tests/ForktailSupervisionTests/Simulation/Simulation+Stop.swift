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
        for worker in workers where worker.isProgram && worker.isServing {
            oracle.stop?.candidates.append(worker.id)
        }
        // Clients may come for ever.
        guard random.chance(percent: 80) else { return }
        queuesAreEmptyAt = now + random.number(500, 5000)
    }

    /// One program serves until the queues are empty, and dies then at last.
    mutating func checkDrainer() throws(Violation) {
        guard let stop = oracle.stop else { return }
        for index in workers.indices where workers[index].instruction == .drain {
            let isOver = stop.queuesAreEmpty || stop.urgency > 1
            try require(!isOver, "worker \(workers[index].id) is told to leave empty queues")
            return
        }
        guard stop.needsDrainer else { return }
        var isAlive = false
        for index in workers.indices where stop.candidates.contains(workers[index].id) {
            guard workers[index].isServing else { continue }
            try require(!isAlive, "one program is enough for the queues")
            isAlive = true
            keep(index)
        }
        if isAlive { oracle.stop?.candidates = [] }
        try require(isAlive, "a program serves until the queues are empty")
    }

    /// Notes which program serves the queues; it may die meanwhile.
    private mutating func keep(_ index: Int) {
        coverage.see(.drainer)
        workers[index].instruction = .drain
        workers[index].orderedAt = handledAt
        workers[index].askedAt = handledAt
        guard random.chance(percent: 20) else { return }
        workers[index].diesAt = min(workers[index].diesAt, now + random.number(0, 3000))
        workers[index].status = .signaled(number: 4, coreDumped: true)
    }

    /// Asks for the right way to leave.
    func checkLeave(_ signal: WorkerSignal, _ worker: SimulatedWorker) throws(Violation) {
        let stop = oracle.stop
        switch signal {
        case .terminate(drain: true):
            try require(stop?.drainedAt != nil, "the worker that drains the queue is the last one")
            let mayLeave = worker.instruction != .drain || stop?.queuesAreEmpty == true
            try require(mayLeave, "the program that serves the queues is left alone")
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
            // The arbiter gives a process that forks workers two seconds.
            let start = worker.isKnown ? max(leaveAt, worker.heardOfAt) : leaveAt + 2000
            try require(now <= start + graceful + slack, "the stop comes to an end in time")
        }
    }
}
