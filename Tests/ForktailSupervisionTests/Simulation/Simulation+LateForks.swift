import ForktailSupervision

/// Workers that another process forks, which the arbiter asks for and hears of later, or never: then it
/// ends that process, and has a dead worker.
///
/// A process forks for one generation, and one worker at a time.
extension Simulation {
    /// A worker that is asked for.
    struct LateFork {
        /// What the process does.
        enum Outcome {
            case forks
            case fails
            /// It hangs or dies.
            case isLost
        }

        let id: WorkerID
        let settings: Oracle.Settings
        var outcome: Outcome
        /// When that happens.
        var at: Int
        /// Whether it has happened; the arbiter has not heard of it.
        var isOver = false
    }

    /// Asks for a worker.
    mutating func forkLate(_ id: WorkerID, slot: Int, _ settings: Oracle.Settings) {
        var worker = SimulatedWorker(id: id, slot: slot, settings, at: now)
        worker.isKnown = false
        workers.append(worker)
        let before = lateForks.last { $0.settings.generation == settings.generation }
        let start = max(now, before?.at ?? now)
        var fork = LateFork(id: id, settings: settings, outcome: .forks, at: start)
        fork.at += random.chance(percent: 70) ? random.number(1, 20) : random.number(20, 3000)
        if !isCalm, random.chance(percent: max(scenario.forkFailures, 5)) {
            fork.outcome = random.chance(percent: 50) ? .fails : .isLost
            let limit = Self.milliseconds(settings.policy.bootTimeout) + 1000
            if fork.outcome == .isLost { fork.at = start + random.number(1, limit) }
        }
        lateForks.append(fork)
    }

    /// When the next one happens.
    var nextForkAt: Int {
        lateForks.reduce(SimulatedWorker.never) { $1.isOver ? $0 : min($0, $1.at) }
    }

    /// Lets happen what is due.
    mutating func happen() {
        for index in lateForks.indices where !lateForks[index].isOver && lateForks[index].at <= now
        {
            lateForks[index].isOver = true
            let fork = lateForks[index]
            switch fork.outcome {
            case .forks: bear(fork)
            case .fails: break
            case .isLost: lose(fork)
            }
        }
    }

    /// All that the process was asked for is lost with it.
    private mutating func lose(_ lost: LateFork) {
        for index in lateForks.indices
        where lateForks[index].settings.generation == lost.settings.generation {
            guard !lateForks[index].isOver || lateForks[index].id == lost.id else { continue }
            lateForks[index].isOver = true
            lateForks[index].outcome = .isLost
            bear(lateForks[index])
        }
    }

    /// Makes the process of a worker; one that is lost is dead.
    private mutating func bear(_ fork: LateFork) {
        for index in workers.indices where workers[index].id == fork.id {
            let known = workers[index]
            var worker = makeWorker(fork.id, slot: known.slot, fork.settings)
            worker.isKnown = false
            worker.takeOver(from: known)
            if fork.outcome == .isLost {
                worker.end()
                worker.status = .signaled(number: 9, coreDumped: false)
                ended.append(fork.id)
            }
            workers[index] = worker
        }
    }

    /// Whether the arbiter can hear of one.
    var hasForkAnswers: Bool { lateForks.contains(where: \.isOver) }

    /// Hears of those that have happened.
    mutating func hearOfForks() throws(Violation) {
        while let index = lateForks.firstIndex(where: \.isOver) {
            elapse()
            let fork = lateForks.remove(at: index)
            switch fork.outcome {
            case .forks, .isLost:
                coverage.see(fork.outcome == .forks ? .lateFork : .lostFork)
                for index in workers.indices where workers[index].id == fork.id {
                    workers[index].isKnown = true
                    workers[index].heardOfAt = now
                    let isTold = workers[index].isRetired || oracle.stops > 0
                    if isTold { coverage.see(.toldBeforeFork) }
                }
                try deliver(.spawned(fork.id))
            case .fails:
                coverage.see(.failedLateFork)
                try deliver(.spawnFailed(fork.id))
            }
        }
    }

    /// Drops those that nothing needs, and gives a process two seconds for the one that it is at:
    /// `Arbiter.superviseOrigins`.
    mutating func superviseForks() throws(Violation) {
        var busy: Set<Int> = []
        var dropped: [WorkerID] = []
        for index in lateForks.indices where !lateForks[index].isOver {
            let generation = lateForks[index].settings.generation
            let isFirst = busy.insert(generation).inserted
            guard !supervisor.maySpawn || oracle.settings(of: generation) == nil else { continue }
            if !isFirst {
                dropped.append(lateForks[index].id)
            } else if lateForks[index].at > now + 2000 {
                lateForks[index].at = now + 2000
                lateForks[index].outcome = .isLost
            }
        }
        lateForks.removeAll { dropped.contains($0.id) }
        for id in dropped {
            coverage.see(.droppedFork)
            try deliver(.spawnFailed(id))
        }
    }

    /// Notes that a worker will not exist; whether another process was asked for it.
    mutating func noteLateFailure(_ id: WorkerID) -> Bool {
        guard let index = workers.firstIndex(where: { $0.id == id && !$0.isKnown }) else {
            return false
        }
        let worker = workers.remove(at: index)
        noteFailure(slot: worker.slot, generation: worker.generation)
        return true
    }
}
