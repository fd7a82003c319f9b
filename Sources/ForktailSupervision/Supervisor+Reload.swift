/// The roll of a reload: one slot after another gets a newcomer, which takes over when it is ready.
///
/// A later reload overtakes an earlier one. What was in force before stays in force, and is gone
/// back to when a slot's newcomers fail three times in a row, until the last worker of any other
/// generation has gone.
extension Supervisor {
    mutating func startReload(_ policy: Policy) {
        guard lifecycle.isRunning else { return }
        let goal = makeGeneration(policy)
        if let roll, roll.isTrial {
            actions.append(.report(.reloadOvertaken(generation: roll.goal.number, by: goal.number)))
        }
        actions.append(.adoptConfiguration(generation: goal.number))
        retireNewcomers()
        resetTrials()
        roll = Roll(goal: goal, stage: .unproven, startedAt: now)
        actions.append(.report(.reloadStarted(generation: goal.number, workers: policy.workers)))
    }

    /// Takes note that there are no new settings to reload; those in force have to serve.
    mutating func noteConfigurationRejected() {
        guard lifecycle.isRunning, roll?.isTrial != true else { return }
        recall()
    }

    /// Goes back to the generation in force.
    mutating func abandonReload(_ failure: ReloadFailure) {
        retireNewcomers()
        roll = Roll(goal: current, stage: .rollback, startedAt: now)
        actions.append(.report(.reloadFailed(failure, backTo: current.number)))
        actions.append(.reloadAbandoned(failure))
    }

    /// Does the next step, if there is one.
    mutating func advanceRoll() {
        guard let roll else { return }
        if isFullyServed(by: roll.goal) { retireSurplus() }
        spawnNewcomer()
        if isFullyServed(by: roll.goal), !table.hasExtra, !hasForeigners { finish(roll) }
    }

    /// Takes note that a worker of the goal is ready, so that others may be trusted to boot.
    mutating func noteProof(by worker: Worker) {
        guard worker.generation == roll?.goal.number else { return }
        switch roll?.stage {
        case .unproven: roll?.stage = .proven
        case .proven, .rollback, nil: break
        }
    }

    /// Retires the holder of the slot in favour of the newcomer.
    mutating func handOver(_ slot: Int, to generation: Int) {
        if let holder = table[slot: slot].holder, let location = table.locate(holder.id) {
            let reason = reasonToReplace(holder, by: generation)
            table[location].retire(reason, at: now, into: &actions)
        }
        table[slot: slot].promoteNewcomer()
    }

    private func reasonToReplace(_ holder: Worker, by generation: Int) -> Retirement {
        guard let reason = recycleReason(of: holder.id), holder.generation == generation else {
            return .replaced(generation: generation)
        }
        return .recycled(reason)
    }

    /// Lets the newcomer hold a slot whose holder has ended.
    ///
    /// As long as nothing is known of the newcomer's generation the slot rather gets a holder of
    /// the generation in force.
    mutating func promoteNewcomer(in slot: Int) {
        switch roll?.stage {
        case .proven, .rollback, nil: table[slot: slot].promoteNewcomer()
        case .unproven: break
        }
    }

    /// The slot whose next newcomer may be spawned once its back-off allows, if any.
    var nextSlot: Int? {
        guard let roll, !table.isReplacing else { return nil }
        for slot in table.slots.prefix(roll.goal.workers) where slot.hasRoom {
            switch roll.stage {
            case .unproven: return slot.number
            case .proven, .rollback: if isForeign(slot.holder) { return slot.number }
            }
        }
        return nil
    }

    private mutating func spawnNewcomer() {
        guard let slot = nextSlot, backOff(of: goal, in: slot).permits(at: now) else { return }
        spawn(goal, as: .newcomer, in: slot)
        if let id = table[slot: slot].newcomer?.id {
            let notice = Notice.reloadRolling(id, slot: slot, generation: goal.number)
            actions.append(.report(notice))
        }
    }

    private mutating func finish(_ roll: Roll) {
        self.roll = nil
        let duration = now - roll.startedAt
        let generation = roll.goal.number
        if roll.isTrial {
            current = roll.goal
            adoptTrials()
            actions.append(.report(.reloadCompleted(generation: generation, after: duration)))
            actions.append(.reloadCompleted(generation: generation))
        } else {
            actions.append(.report(.rollbackCompleted(generation: generation, after: duration)))
        }
        table.resize(to: range)
    }
}

extension Supervisor {
    private func isFullyServed(by goal: Generation) -> Bool {
        for slot in table.slots.prefix(goal.workers) where !slot.isServing(goal.number) {
            return false
        }
        return true
    }

    private func isForeign(_ worker: Worker?) -> Bool {
        guard let worker else { return false }
        return worker.generation != goal.number
    }

    private var hasForeigners: Bool {
        for slot in table.slots where isForeign(slot.holder) {
            return true
        }
        return false
    }

    /// Gives up the replacements that boot: those of a roll, or without one that of a worker that
    /// has served its time, which goes on waiting.
    mutating func retireNewcomers() {
        let isRolling = roll != nil
        table.changeEach(into: &actions) { [now] worker, actions in
            guard worker.place == .newcomer else { return }
            let reason: Retirement =
                isRolling ? .reloadGivenUp(generation: worker.generation) : .recyclingGivenUp
            worker.retire(reason, at: now, into: &actions)
        }
    }

    private mutating func retireSurplus() {
        let reason = Retirement.surplus(generation: goal.number)
        table.changeEach(from: goal.workers, into: &actions) { [now] worker, actions in
            worker.retire(reason, at: now, into: &actions)
        }
    }

    private mutating func resetTrials() {
        for slot in table.slots.indices {
            table[slot: slot].trial = BackOff()
        }
    }

    private mutating func adoptTrials() {
        for slot in table.slots.indices {
            table[slot: slot].backOff = table[slot: slot].trial
        }
    }
}
