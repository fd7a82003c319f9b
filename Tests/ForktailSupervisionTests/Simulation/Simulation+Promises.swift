import ForktailSupervision

/// What must hold for single actions of the supervisor.
extension Simulation {
    mutating func send(_ signal: WorkerSignal, to id: WorkerID) throws(Violation) {
        var index = workers.startIndex
        while index < workers.endIndex, workers[index].id != id { index += 1 }
        try require(index < workers.endIndex, "worker \(id) gets \(signal) while it lives")
        try require(workers[index].isKnown, "worker \(id) gets \(signal) once it exists")
        switch signal {
        case .abort: try checkAbort(workers[index])
        case .kill: try checkKill(workers[index])
        case .terminate, .quit, .reopenLogs: break
        }
        try checkLeave(signal, workers[index])
        let isFirst = workers[index].takesOnce(signal)
        try require(isFirst, "worker \(id), a program, is told to leave once")
        note(signal, of: index)
        workers[index].receive(signal, at: now)
    }

    private mutating func note(_ signal: WorkerSignal, of index: Int) {
        let instruction: Instruction
        switch signal {
        case .reopenLogs: return
        case .terminate(drain: false): instruction = .retire(.slotRemoved)
        case .terminate(drain: true): instruction = .stop(.graceful)
        case .quit: instruction = .stop(.quick)
        case .abort: instruction = .abort(.escalation)
        case .kill: instruction = .kill(.escalation)
        }
        let worker = workers[index]
        if signal == .abort, worker.isReady, worker.isProgram { coverage.see(.silentProgram) }
        if signal == .kill, worker.instruction == .drain { coverage.see(.drainerOverdue) }
        workers[index].nudgedAt = now
        guard workers[index].instruction != instruction else { return }
        workers[index].instruction = instruction
        workers[index].orderedAt = now
        workers[index].askedAt = min(workers[index].askedAt, now)
    }

    private func checkAbort(_ worker: SimulatedWorker) throws(Violation) {
        let limit = worker.isReady ? worker.policy.timeout : worker.policy.bootTimeout
        let since = worker.isReady ? wroteAt(worker) : worker.spawnedAt
        try require(resumedAt < heardUntil, "no worker is aborted in the round after a pause")
        guard let limit else { return try require(false, "a limit of time was set") }
        let mayHang = !worker.isReady || !worker.isProgram || worker.hasBeaten
        try require(mayHang, "a silent program is aborted only after its first heartbeat")
        // Both times are those of the world, whatever the arbiter has heard and when.
        let pause = heardUntil - max(since, resumedAt)
        let isSilent = pause >= Self.milliseconds(limit)
        try require(isSilent, "the aborted has written nothing for its timeout")
        let isUnready = worker.isReady || worker.becameReadyAt > heardUntil
        try require(isUnready, "the aborted has not written that it is ready")
        // A pause below two seconds passes for a quiet moment, which a shorter timeout may not
        // bear, nor a longer one two of them.
        // A rare heartbeat may be too rare.
        guard worker.isReady, limit > .seconds(3), pauses.before < since else { return }
        guard worker.interval * 2 < Self.milliseconds(limit) else { return }
        try require(worker.hangsAt <= now, "the aborted is really hung")
    }

    /// When a ready worker last wrote that it is alive, as of the time by which it is judged.
    private func wroteAt(_ worker: SimulatedWorker) -> Int {
        max(worker.wroteBeforeSampling, worker.becameReadyAt)
    }

    private func checkKill(_ worker: SimulatedWorker) throws(Violation) {
        if oracle.stops > 2 || oracle.gaveUp { return }
        let waited = heardUntil - max(worker.orderedAt, resumedAt)
        let graceful = Self.milliseconds(worker.policy.gracefulTimeout)
        let isOverdue = heardUntil - max(worker.askedAt, resumedAt) >= graceful
        switch worker.instruction {
        case .none, .kill: try require(false, "the killed was asked to leave before, and once")
        case .abort: try require(waited >= 1000, "the killed had a second to abort")
        case .stop(.quick): try require(waited >= 2000 || isOverdue, "the killed could quit")
        case .stop(.graceful), .drain, .retire: try require(isOverdue, "the killed could leave")
        }
    }

    mutating func checkSpawn(_ id: WorkerID, slot: Int, generation: Int) throws(Violation) {
        let isDelaying = oracle.stop?.isDelaying == true
        try require(oracle.isRunning || isDelaying, "no worker is spawned while stopping")
        if isDelaying { coverage.see(.respawnInDelay) }
        try require(slot >= 0 && slot < oracle.slots, "slot \(slot) is wanted")
        try require(oracle.settings(of: generation) != nil, "generation \(generation) may be used")
        try require(adopted.contains(generation), "generation \(generation) was adopted")
        for worker in workers {
            try require(worker.id < id, "worker \(id) is a new one")
        }
        if generation == oracle.trial?.generation, !oracle.isProven {
            try checkLoneTrial(generation)
        }
    }

    /// As long as nothing is known of new settings, one worker at a time tries them.
    private func checkLoneTrial(_ generation: Int) throws(Violation) {
        for worker in workers where worker.generation == generation && !worker.isRetired {
            try require(false, "generation \(generation) is tried by one worker")
        }
    }

    mutating func check(_ notice: Notice) throws(Violation) {
        coverage.see(notice)
        switch notice {
        case .workerRetired(let id, let slot, let reason):
            try checkRetired(id, slot: slot, reason)
        case .stopDelayed(let delay):
            try noteDelay(delay)
        case .bootFailed:
            oracle.noteGivenUp()
            try require(oracle.wanted > 0, "the arbiter does not give up when no worker is wanted")
            try require(!oracle.wasReady, "the arbiter gives up only if none was ever ready")
        case .rollbackCompleted:
            oracle.noteRolled()
        case .workerReady, .workerExited, .workerAborted, .workerKilled, .spawnFailed: break
        case .workersScaled(let from, let to, let reason):
            try checkScaled(from: from, to: to, reason)
        case .scalingHeld(let workers, let memory, let limit):
            try checkHeld(workers, memory, limit: limit)
        case .boundsChanged(let minimum, let maximum):
            try require(minimum == oracle.floor, "the lower bound is the one of the commands")
            try require(maximum == oracle.ceiling, "the upper bound is the one of the settings")
        case .respawnDelayed, .respawnPaced, .degraded, .roundSkipped, .workersChanged,
            .reloadStarted:
            break
        case .reloadOvertaken, .reloadRolling, .reloadCompleted, .reloadFailed: break
        case .commandRefused, .stopEscalated, .workerRecycling: break
        }
    }

    /// The load changes the number within its bounds, while nothing else does, and for a reason.
    private mutating func checkScaled(
        from: Int,
        to: Int,
        _ reason: ScalingReason
    ) throws(Violation) {
        try require(oracle.isRunning && oracle.isAnnounced, "only a service that is up is scaled")
        try require(!oracle.isRolling && oracle.upgrade == .none, "no reload or upgrade is scaled")
        try require(from == oracle.wanted && from != to, "the number changes from what it was")
        try require((oracle.floor...oracle.ceiling).contains(to), "\(to) is within the bounds")
        guard let load = sample else { return try require(false, "the load was sampled") }
        switch reason {
        case .busy:
            try require(load.busy >= readyCount && load.waiting > 0, "all are busy, and more wait")
            try require(to > from && to <= 2 * readyCount, "it at most doubles what serves")
            guard let limit = oracle.inForce.policy.scaling?.memoryLimit else { break }
            guard let memory = load.memory else { return try require(false, "it is measured") }
            let more = max(0, to - memory.workers) * memory.largest
            try require(memory.total + more <= limit || more == 0, "there is room for \(to)")
        case .idle(let time):
            try require(to == from - 1 && readyCount == from, "one of those that serve leaves")
            let limit = oracle.inForce.policy.scaling?.idleTime
            let isLong = now - max(busyAt, scaledAt) >= Self.milliseconds(time)
            try require(time == limit && isLong, "there were too many for the idle time")
        }
        scaledAt = now
        oracle.scale(to: to)
    }

    /// It is told only where the load asks for more, and one more would be too many.
    private func checkHeld(_ count: Int, _ memory: MemoryUse, limit: Int) throws(Violation) {
        guard let load = sample else { return try require(false, "the load was sampled") }
        try require(load.busy >= readyCount && load.waiting > 0, "all are busy, and more wait")
        try require(count == oracle.wanted && memory == load.memory, "it tells what is so")
        try require(oracle.inForce.policy.scaling?.memoryLimit == limit, "the limit is in force")
        let more = max(1, count + 1 - memory.workers) * memory.largest
        try require(memory.total + more > limit, "there is no room for one more")
    }

    private mutating func checkRetired(
        _ id: WorkerID,
        slot: Int,
        _ reason: Retirement
    ) throws(Violation) {
        for index in workers.indices where workers[index].id == id {
            workers[index].retirement = reason
        }
        switch reason {
        case .replaced(let generation):
            let isReplaced = serves(slot, generation)
            try require(isReplaced, "the replacement of worker \(id) is ready")
        case .recycled(let reason):
            try checkRecycled(id, slot: slot, reason)
        case .recyclingGivenUp:
            try checkInterrupted(id)
        case .allRetired:
            try require(oracle.isRetired, "all workers are retired by command")
        case .handedOver:
            try require(oracle.stop?.isShared == true, "another arbiter serves on")
        case .surplus(let generation):
            for slot in 0..<oracle.wanted {
                try require(serves(slot, generation), "slot \(slot) serves before others leave")
            }
        case .notNeeded:
            try require(oracle.inForce.policy.scaling != nil, "the number follows the load")
        case .slotRemoved, .reloadGivenUp:
            break
        }
    }

    /// A recycled worker was asked to leave, after a younger one of the same settings was ready.
    private func checkRecycled(
        _ id: WorkerID,
        slot: Int,
        _ reason: RecycleReason
    ) throws(Violation) {
        var isAskedFor = false
        var isReplaced = false
        for worker in workers where worker.slot == slot {
            if worker.id == id {
                isAskedFor = worker.recycling == reason
            } else if worker.isServing, worker.id > id {
                isReplaced = worker.generation == oracle.inForce.generation
            }
        }
        try require(isAskedFor, "the recycling of worker \(id) was asked for")
        try require(isReplaced, "the replacement of worker \(id) is ready before it is recycled")
    }

    /// Only a worker that does not serve is given up.
    private func checkInterrupted(_ id: WorkerID) throws(Violation) {
        for worker in workers where worker.id == id {
            try require(!worker.isServing, "worker \(id) does not serve when it is given up")
        }
    }

    private func serves(_ slot: Int, _ generation: Int) -> Bool {
        for worker in workers where worker.slot == slot && worker.generation == generation {
            if worker.isServing { return true }
        }
        return false
    }

    mutating func checkBecameReady() throws(Violation) {
        try require(!oracle.isAnnounced, "the service becomes ready once")
        try require(readyCount > 0, "a worker is ready when the service is")
        oracle.noteAnnounced()
    }

    mutating func checkCompleted(_ generation: Int) throws(Violation) {
        try require(oracle.trial?.generation == generation, "the reload under way is completed")
        oracle.noteCompleted()
        try require(readyCount == oracle.wanted, "all workers are ready when a reload completes")
        for worker in workers {
            try require(worker.generation == generation, "only the new generation is left")
        }
    }

    mutating func checkAbandoned(_ failure: ReloadFailure) throws(Violation) {
        switch failure {
        case .allRetired(let generation):
            try require(oracle.trial?.generation == generation, "the reload under way is abandoned")
            try require(oracle.isRetired, "all workers are retired by command")
        case .cannotBoot(let generation, let slot, let failures, _):
            try require(oracle.trial?.generation == generation, "the reload under way is abandoned")
            try require(failures >= 3, "a reload is abandoned after three failures")
            var seen = 0
            for failure in self.failures
            where failure.slot == slot && failure.generation == generation {
                seen += 1
            }
            try require(seen >= failures, "the failures of slot \(slot) have happened")
        }
        if oracle.isRetired, oracle.trial != nil { coverage.see(.abandonedWhileRetired) }
        oracle.noteAbandoned(failure)
    }

    mutating func checkExit(_ reason: ExitReason) throws(Violation) {
        try require(workers.isEmpty, "no worker is left at the exit")
        coverage.see(.stopped)
        switch reason {
        case .stopped:
            try require(oracle.stops > 0, "the arbiter stops when asked")
            let isDrained = oracle.stop?.drainedAt != nil || oracle.stop?.isShared == true
            try require(isDrained, "the queues are drained before the exit")
        case .bootFailed: try require(oracle.gaveUp, "the arbiter tells why it gives up")
        }
        oracle.noteExit(reason)
    }
}
