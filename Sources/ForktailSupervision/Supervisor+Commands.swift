extension Supervisor {
    /// The generation that all workers will have in the end.
    var target: Generation {
        rollingReload?.target ?? current
    }

    /// The number of slots that may have to be filled: during a reload those of either generation.
    var slotCount: Int {
        max(target.workers, current.workers)
    }

    mutating func start() {
        guard lifecycle == .idle else { return }
        lifecycle = .booting
        table.resize(to: slotCount)
    }

    mutating func reload() {
        guard accepts(.reload) else { return }
        actions.append(.loadConfiguration)
    }

    /// Adds or removes a worker, in the generation in force and in the one that may follow it, so
    /// that the command counts whether the reload succeeds or not.
    mutating func changeWorkers(by difference: Int, for command: Command) {
        guard accepts(command) else { return }
        let before = (slots: slotCount, wanted: target.workers, floor: target.floor)
        if before.floor + difference < 1 {
            return refuse(command, before.floor > 0 ? .lastWorker : .noWorker)
        }
        if difference > 0, before.floor + difference > target.ceiling {
            return refuse(command, .mostWorkers(target.ceiling))
        }
        changeGenerations(by: difference)
        if let scaling = target.policy.scaling {
            let bounds = (minimum: target.floor, maximum: max(scaling.maximum, target.floor))
            actions.append(
                .report(.boundsChanged(minimum: bounds.minimum, maximum: bounds.maximum))
            )
        }
        reportWorkers(from: before.wanted)
        removeSlots(before.slots, .slotRemoved)
    }

    /// Retires the workers of slots that are no longer wanted, of the number that there were.
    mutating func removeSlots(_ before: Int, _ reason: Retirement) {
        if slotCount < before { retireSlots(slotCount..<before, reason) }
        table.resize(to: slotCount)
    }

    /// Wants this number of workers, at least one; where their number follows the load, no fewer.
    mutating func setWorkers(_ count: Int) {
        guard count != target.floor else {
            _ = accepts(.setWorkers)
            return
        }
        changeWorkers(by: count - target.floor, for: .setWorkers)
    }

    /// Replaces the worker of a slot as one that has served its time.
    mutating func restartWorker(in slot: Int) {
        guard accepts(.restartWorker) else { return }
        guard rollingReload == nil else { return refuse(.restartWorker, .reloading) }
        let slots = slotCount
        guard slot < slots || slots == 0 else {
            return refuse(.restartWorker, .noSlot(slots: slots))
        }
        guard table.slots.indices.contains(slot), let worker = table[slot: slot].current,
            worker.isServing
        else { return refuse(.restartWorker, .noWorker) }
        noteRecycle(worker.id, .command)
    }

    /// Retires all workers until a worker is added, or until the next reload.
    ///
    /// Even a reload that fails brings them back. A reload that is under way is given up, because
    /// its settings have not been tried by all workers.
    mutating func retireAll() {
        guard accepts(.retireAll) else { return }
        let before = (slots: slotCount, wanted: target.workers)
        if let rollingReload, rollingReload.isTrial {
            abandonReload(.allRetired(generation: rollingReload.target.number))
        }
        current.retireAll()
        updateRollback()
        reportWorkers(from: before.wanted)
        retireSlots(0..<before.slots, .allRetired)
    }

    /// Lets the generation in force serve again if all its workers were retired.
    mutating func unretire() {
        guard current.isRetired else { return }
        current.unretire()
        updateRollback()
        reportWorkers(from: 0)
    }

    mutating func reopenLogs() {
        actions.append(.reopenLogs)
        table.changeEach(into: &actions) { worker, actions in
            worker.send(.reopenLogs, into: &actions)
        }
    }

    /// Changes the number of workers of the generations that may be in force after a reload.
    ///
    /// A generation whose workers were all retired stays retired while a new one is on trial.
    private mutating func changeGenerations(by difference: Int) {
        if let rollingReload, rollingReload.isTrial {
            self.rollingReload?.target.changeFloor(by: difference)
            guard !current.isRetired else { return }
        }
        current.changeFloor(by: difference)
        updateRollback()
    }

    private mutating func updateRollback() {
        if rollingReload?.stage == .rollback { rollingReload?.target = current }
    }

    private mutating func reportWorkers(from before: Int) {
        guard before != target.workers else { return }
        actions.append(.report(.workersChanged(from: before, to: target.workers)))
    }

    private mutating func retireSlots(_ slots: Range<Int>, _ reason: Retirement) {
        for number in slots {
            table[slot: number].backOff = BackOff()
            table[slot: number].trial = BackOff()
        }
        table.changeEach(from: slots.lowerBound, into: &actions) { [now] worker, actions in
            guard slots.contains(worker.slot) else { return }
            worker.retire(reason, at: now, into: &actions)
        }
    }

    /// Whether a command can be obeyed at all; refuses it otherwise.
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
