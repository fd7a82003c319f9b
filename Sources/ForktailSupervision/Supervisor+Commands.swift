extension Supervisor {
    /// The generation that the workers are meant to be of in the end.
    var goal: Generation {
        roll?.goal ?? current
    }

    /// The slots that may have to be filled: during a reload those of either generation.
    var range: Int {
        max(goal.policy.workers, current.policy.workers)
    }

    mutating func start() {
        switch lifecycle {
        case .idle:
            lifecycle = .booting
            table.resize(to: range)
        case .booting, .settling, .serving, .stopping, .exited:
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
        let before = (range: range, wanted: goal.policy.workers)
        guard before.wanted + difference > 0 else { return refuse(command, .lastWorker) }
        current.policy.workers = max(1, current.policy.workers + difference)
        changeGoal(by: difference)
        actions.append(.report(.workersChanged(from: before.wanted, to: goal.policy.workers)))
        if range < before.range { vacate(range..<before.range) }
        table.resize(to: range)
    }

    mutating func reopenLogs() {
        actions.append(.reopenLogs)
        table.changeEach(into: &actions) { worker, actions in
            worker.send(.reopenLogs, into: &actions)
        }
    }

    private mutating func changeGoal(by difference: Int) {
        guard let roll else { return }
        switch roll.stage {
        case .unproven, .proven: self.roll?.goal.policy.workers += difference
        case .rollback: self.roll?.goal = current
        }
    }

    private mutating func vacate(_ slots: Range<Int>) {
        for number in slots {
            table[slot: number].backOff = BackOff()
            table[slot: number].trial = BackOff()
        }
        table.changeEach(from: slots.lowerBound, into: &actions) { [now] worker, actions in
            guard slots.contains(worker.slot) else { return }
            worker.retire(.slotRemoved, at: now, into: &actions)
        }
    }

    private mutating func accepts(_ command: Command) -> Bool {
        switch lifecycle {
        case .booting, .settling, .serving:
            return true
        case .idle:
            refuse(command, .notStarted)
            return false
        case .stopping, .exited:
            refuse(command, .stopping)
            return false
        }
    }

    private mutating func refuse(_ command: Command, _ refusal: Refusal) {
        actions.append(.report(.commandRefused(command, refusal)))
    }
}
