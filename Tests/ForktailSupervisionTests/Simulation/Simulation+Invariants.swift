import ForktailSupervision

/// The promises that hold after every event, whatever the world does.
extension Simulation {
    /// Brings the world's own books up to date before the supervisor is asked.
    mutating func noteIncoming(_ event: Event) {
        notePause()
        switch event {
        case .start, .reload, .reopenLogs, .tick, .spawned, .signalSent, .upgrade: break
        case .queuesDrained: noteQueuesDrained()
        case .loadSampled(let load): noteLoad(load)
        case .configurationRejected: noteRejected()
        case .retireAll: oracle.retireAll()
        case .recycle(let id, let reason): noteRecycle(id, reason)
        case .upgradeStarted, .upgradeFailed, .upgradeExited, .predecessorExited,
            .otherArbiterStops:
            noteCompanion(event)
        case .spawnFailed(let id): if !noteLateFailure(id) { failedForks -= 1 }
        case .stop(let mode): noteStop(mode)
        case .configurationLoaded: if let upcoming { oracle.load(upcoming) }
        case .addWorker: noteAddWorker()
        case .removeWorker: oracle.changeWorkers(by: -1)
        case .setWorkers(let count): oracle.changeWorkers(by: count - oracle.floor)
        // Scenarios have none: what a recycled worker promises holds for it, too.
        case .restartWorker: break
        case .ready(let id): noteReady(id)
        case .heartbeat(let id): noteHeartbeat(id)
        case .exited(let id, _, _): noteExited(id)
        }
    }

    func checkInvariants(
        after event: Event,
        _ actions: [Action],
        before: Snapshot
    ) throws(Violation) {
        if !isQuiet(event, actions) {
            try checkSlots()
            try checkExtras()
            try checkTotal()
            try checkCounts()
        }
        try checkStopIsBounded()
        if case .tick = event {
            try checkPunctuality()
            try checkCapacity()
        }
        try checkUpgrade(after: event, actions, before: before)
        if before.ready > 0, readyCount == 0, oracle.stops == 0 {
            try checkOutage(event, actions)
        }
    }

    /// Whether nothing has changed but the time.
    private func isQuiet(_ event: Event, _ actions: [Action]) -> Bool {
        switch event {
        case .heartbeat, .tick, .signalSent: actions.isEmpty
        default: false
        }
    }

    private func checkSlots() throws(Violation) {
        var one: UInt64 = 0
        var two: UInt64 = 0
        for worker in workers {
            let bit: UInt64 = 1 &<< UInt64(worker.slot)
            try require(two & bit == 0, "slot \(worker.slot) has at most two workers")
            two |= one & bit
            one |= bit
        }
    }

    /// There is at most one extra process: a replacement, or a worker that was replaced.
    private func checkExtras() throws(Violation) {
        var extras = 0
        var held: UInt64 = 0
        for worker in workers {
            switch worker.retirement {
            case .replaced, .reloadGivenUp, .recycled, .recyclingGivenUp: extras += 1
            case .slotRemoved, .notNeeded, .surplus, .allRetired, .handedOver: break
            case nil:
                let bit: UInt64 = 1 &<< UInt64(worker.slot)
                if held & bit != 0 { extras += 1 }
                held |= bit
            }
        }
        try require(extras <= 1, "there is at most one extra process, not \(extras)")
    }

    private func checkTotal() throws(Violation) {
        guard oracle.isRunning else { return }
        var staying = 0
        var isReplacing = oracle.isRolling
        for worker in workers where !worker.isRetired {
            staying += 1
            isReplacing = isReplacing || worker.recycling != nil
        }
        let most = oracle.slots + (isReplacing ? 1 : 0)
        try require(staying <= most, "\(staying) workers hold at most \(most) places")
    }

    private func checkCounts() throws(Violation) {
        let counts = supervisor.counts
        let total = counts.ready + counts.booting + counts.leaving
        try require(total == workers.count + failedForks, "the counts add up to the live workers")
        try require(counts.ready == readyCount, "the count of ready workers is right")
        guard oracle.stops == 0 else { return }
        try require(counts.wanted == oracle.wanted, "the count of wanted workers is right")
    }

    /// Checks, at the end of a round, that the supervisor will be woken.
    func checkDeadline() throws(Violation) {
        if oracle.exit != nil { return }
        if let deadline = supervisor.nextDeadline {
            let isLater = Self.milliseconds(deadline) > heardUntil
            try require(isLater, "the next deadline is after the time that was dealt with")
            return
        }
        for worker in workers where worker.isKnown {
            if case .kill = worker.instruction { continue }
            let isUnlimited = worker.policy.timeout == nil || !worker.isWatched
            try require(worker.isServing && isUnlimited, "a deadline is kept")
        }
    }

    /// A signal may be lost, so a leaving worker of forktail's own is asked again each second; a silent
    /// one is aborted.
    private func checkPunctuality() throws(Violation) {
        for worker in workers {
            switch worker.instruction {
            case .abort, .kill: continue
            case .none, .drain: break
            case .retire where worker.isProgram, .stop where worker.isProgram: break
            case .retire, .stop:
                let isAsked = heardUntil - worker.nudgedAt < 1000
                try require(isAsked, "worker \(worker.id) is asked again")
            }
            guard worker.isReady, worker.isWatched, let limit = worker.policy.timeout else {
                continue
            }
            let pause = heardUntil - max(worker.heardAt, resumedAt)
            try require(
                pause < Self.milliseconds(limit),
                "worker \(worker.id) is aborted in time"
            )
        }
    }

    /// The last ready worker goes only by itself, by hanging, or by command.
    private func checkOutage(_ event: Event, _ actions: [Action]) throws(Violation) {
        switch event {
        case .exited, .removeWorker, .setWorkers, .restartWorker, .stop, .retireAll: return
        case .start, .reload, .configurationLoaded, .configurationRejected, .addWorker: break
        case .reopenLogs, .spawned, .signalSent, .spawnFailed, .ready, .heartbeat, .tick,
            .queuesDrained:
            break
        case .recycle, .upgrade, .upgradeStarted, .upgradeFailed, .loadSampled: break
        case .upgradeExited, .predecessorExited, .otherArbiterStops: break
        }
        for action in actions {
            if case .signal(.abort, _) = action { return }
        }
        try require(false, "a ready worker stays")
    }

    /// No more than half of the slots wait that could be filled, and none whose worker has served, unless
    /// that happens all the time.
    private func checkCapacity() throws(Violation) {
        guard oracle.isRunning, !oracle.isRolling else { return }
        var waiting = 0
        for slot in 0..<oracle.wanted where isEmpty(slot) {
            guard let end = ends[slot], end.hasBooted else { continue }
            waiting += 1
            let recent = end.endsOfService.filter { now - $0 < 1000 }
            let isBusy = !end.hasServed || recent.count > 9
            try require(isBusy, "slot \(slot), whose worker has served, is filled at once")
        }
        let isHalf = waiting <= oracle.wanted / 2
        try require(isHalf, "\(waiting) of \(oracle.wanted) slots wait that could be filled")
    }

    /// Whether a slot has no worker that stays, and room for one.
    private func isEmpty(_ slot: Int) -> Bool {
        var count = 0
        for worker in workers where worker.slot == slot {
            guard worker.isRetired else { return false }
            count += 1
        }
        return count < 2
    }

    private mutating func notePause() {
        guard let deadline = supervisor.nextDeadline else { return }
        if now - Self.milliseconds(deadline) > 1000 { resumedAt = now }
    }

    private mutating func noteLoad(_ load: Load) {
        sample = load
        if load.busy + load.waiting + 2 > oracle.wanted { busyAt = now }
    }

    private mutating func noteStop(_ mode: StopMode) {
        guard oracle.exit == nil else { return }
        if oracle.isRolling { coverage.see(.stopDuringReload) }
        oracle.noteStop(mode, at: now)
    }

    private mutating func noteQueuesDrained() {
        oracle.stop?.queuesAreEmpty = true
        for worker in workers where worker.instruction == .drain { coverage.see(.drained) }
    }

    private mutating func noteRejected() {
        if oracle.isRetired, oracle.trial == nil { coverage.see(.recalled) }
        oracle.noteRejected()
    }

    private mutating func noteAddWorker() {
        if oracle.isRunning, oracle.wanted == 0 { coverage.see(.addedToNone) }
        oracle.changeWorkers(by: 1)
    }

    private mutating func noteRecycle(_ id: WorkerID, _ reason: RecycleReason) {
        guard oracle.isRunning else { return }
        change(id) { worker, _ in
            guard worker.isServing else { return }
            worker.recycling = worker.recycling ?? reason
        }
    }

    private mutating func noteHeartbeat(_ id: WorkerID) {
        change(id) { worker, now in
            worker.heardAt = now
            worker.hasBeenHeard = true
        }
    }

    private mutating func noteReady(_ id: WorkerID) {
        change(id) { worker, now in
            worker.isReady = true
            worker.readySince = now
            worker.heardAt = now
        }
        for worker in workers where worker.id == id && worker.isServing {
            oracle.noteReady(worker.generation)
        }
    }

    private mutating func noteExited(_ id: WorkerID) {
        for index in workers.indices where workers[index].id == id {
            let worker = workers.remove(at: index)
            if worker.instruction == .drain { coverage.see(.drainerDied) }
            noteEnd(of: worker)
            if worker.failedToBoot(at: now) {
                noteFailure(slot: worker.slot, generation: worker.generation)
            } else if now - worker.readySince < 1000 {
                coverage.see(.diedServing)
            }
            return
        }
    }

    private mutating func change(_ id: WorkerID, _ change: (inout SimulatedWorker, Int) -> Void) {
        for index in workers.indices where workers[index].id == id {
            change(&workers[index], now)
        }
    }

    private mutating func noteEnd(of worker: SimulatedWorker) {
        guard !worker.isRetired else { return }
        var end = ends[worker.slot] ?? End()
        end.hasBooted = !worker.failedToBoot(at: now)
        end.hasServed = worker.hasServed
        if end.hasServed { end.endsOfService.append(now) }
        ends[worker.slot] = end
    }

    /// Counts the workers of a generation that could not boot in a slot.
    mutating func noteFailure(slot: Int, generation: Int) {
        ends[slot]?.hasBooted = false
        failures.append(Failure(slot: slot, generation: generation))
    }
}
