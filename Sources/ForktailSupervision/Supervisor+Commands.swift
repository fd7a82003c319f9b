extension Supervisor {
    /// The generation that the workers are meant to be of in the end.
    var goal: Generation {
        roll?.goal ?? current
    }

    /// The slots that may have to be filled: during a reload those of either generation.
    var range: Int {
        max(goal.workers, current.workers)
    }

    mutating func start() {
        switch lifecycle {
        case .idle:
            lifecycle = .booting
            table.resize(to: range)
        case .booting, .settling, .serving, .delayingStop, .stopping, .exited:
            break
        }
    }

    mutating func reload() {
        guard accepts(.reload) else { return }
        actions.append(.loadConfiguration)
    }

    /// Adds or removes a worker, both for the generation in force and for the one that may follow
    /// it, so that the command counts however the reload ends.
    mutating func changeWorkers(by difference: Int, for command: Command) {
        guard accepts(command) else { return }
        let before = (range: range, wanted: goal.workers)
        if before.wanted + difference < 1 {
            return refuse(command, before.wanted > 0 ? .lastWorker : .noWorker)
        }
        changeGenerations(by: difference)
        reportWorkers(from: before.wanted)
        if range < before.range { vacate(range..<before.range, .slotRemoved) }
        table.resize(to: range)
    }

    /// Retires all workers until a worker is added, or until the next reload.
    ///
    /// Even a reload that fails brings them back. One that is under way is given up: its settings
    /// have not been tried by all workers.
    mutating func retireAll() {
        guard accepts(.retireAll) else { return }
        let before = (range: range, wanted: goal.workers)
        if let roll, roll.isTrial { abandonReload(.allRetired(generation: roll.goal.number)) }
        current.retireAll()
        syncRollback()
        reportWorkers(from: before.wanted)
        vacate(0..<before.range, .allRetired)
    }

    /// Has the generation in force serve again if all its workers were retired.
    mutating func recall() {
        guard current.isRetired else { return }
        current.recall()
        syncRollback()
        reportWorkers(from: 0)
    }

    mutating func reopenLogs() {
        actions.append(.reopenLogs)
        table.changeEach(into: &actions) { worker, actions in
            worker.send(.reopenLogs, into: &actions)
        }
    }

    /// Retired workers stay so as long as new ones may replace them.
    private mutating func changeGenerations(by difference: Int) {
        if let roll, roll.isTrial {
            self.roll?.goal.changeWorkers(by: difference)
            guard !current.isRetired else { return }
        }
        current.changeWorkers(by: difference)
        syncRollback()
    }

    private mutating func syncRollback() {
        switch roll?.stage {
        case .rollback: roll?.goal = current
        case .unproven, .proven, nil: break
        }
    }

    private mutating func reportWorkers(from before: Int) {
        guard before != goal.workers else { return }
        actions.append(.report(.workersChanged(from: before, to: goal.workers)))
    }

    private mutating func vacate(_ slots: Range<Int>, _ reason: Retirement) {
        for number in slots {
            table[slot: number].backOff = BackOff()
            table[slot: number].trial = BackOff()
        }
        table.changeEach(from: slots.lowerBound, into: &actions) { [now] worker, actions in
            guard slots.contains(worker.slot) else { return }
            worker.retire(reason, at: now, into: &actions)
        }
    }

    /// Tells whether a command can be obeyed at all, and refuses it otherwise.
    mutating func accepts(_ command: Command) -> Bool {
        switch lifecycle {
        case .booting, .settling, .serving:
            return true
        case .idle:
            refuse(command, .notStarted)
            return false
        case .delayingStop, .stopping, .exited:
            refuse(command, .stopping)
            return false
        }
    }

    mutating func refuse(_ command: Command, _ refusal: CommandRefusal) {
        actions.append(.report(.commandRefused(command, refusal)))
    }
}
