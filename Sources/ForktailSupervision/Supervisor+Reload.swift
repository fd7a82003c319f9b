// The rolling reload: one slot after another gets a replacement, which takes over when it is ready.
//
// A later reload overtakes an earlier one. The generation in force stays in force until the last
// worker of any other generation is gone; the supervisor rolls back to it if the replacements of a
// slot fail to boot three times in a row.
extension Supervisor {
    mutating func startReload(_ policy: Policy) {
        guard lifecycle.isRunning else { return }
        let target = makeGeneration(policy)
        if let rollingReload, rollingReload.isTrial {
            let overtaken = rollingReload.target.number
            actions.append(.report(.reloadOvertaken(generation: overtaken, by: target.number)))
        }
        actions.append(.adoptConfiguration(generation: target.number))
        retireReplacements()
        resetTrials()
        rollingReload = RollingReload(target: target, stage: .unproven, startedAt: now)
        actions.append(.report(.reloadStarted(generation: target.number, workers: policy.workers)))
    }

    /// Notes that there are no new settings, so that those in force have to serve.
    mutating func noteConfigurationRejected() {
        guard lifecycle.isRunning, rollingReload?.isTrial != true else { return }
        unretire()
    }

    /// Rolls back to the generation in force.
    mutating func abandonReload(_ failure: ReloadFailure) {
        retireReplacements()
        rollingReload = RollingReload(target: current, stage: .rollback, startedAt: now)
        actions.append(.report(.reloadFailed(failure, backTo: current.number)))
        actions.append(.reloadAbandoned(failure))
    }

    /// Takes the next step, if there is one.
    mutating func advanceReload() {
        guard let rollingReload else { return }
        if isFullyServed(by: rollingReload.target) { retireSurplus() }
        spawnReplacement()
        if isFullyServed(by: rollingReload.target), !table.hasExtra, !hasOutdated {
            finish(rollingReload)
        }
    }

    /// Notes that a worker of the target is ready, so that others can be expected to boot.
    mutating func noteProof(by worker: Worker) {
        guard worker.generation == rollingReload?.target.number else { return }
        if rollingReload?.stage == .unproven { rollingReload?.stage = .proven }
    }

    /// Retires the current worker of the slot in favour of its replacement.
    mutating func handOver(_ slot: Int, to generation: Int) {
        if let current = table[slot: slot].current, let location = table.locate(current.id) {
            let reason = reasonToReplace(current, by: generation)
            table[location].retire(reason, at: now, into: &actions)
        }
        table[slot: slot].promoteReplacement()
    }

    private func reasonToReplace(_ current: Worker, by generation: Int) -> Retirement {
        guard let reason = recycleReason(of: current.id), current.generation == generation else {
            return .replaced(generation: generation)
        }
        return .recycled(reason)
    }

    /// Makes the replacement the current worker of a slot whose current worker has ended.
    ///
    /// Until a worker of the new generation has been ready, the slot gets a worker of the generation
    /// in force instead.
    mutating func promoteReplacement(in slot: Int) {
        if rollingReload?.stage != .unproven { table[slot: slot].promoteReplacement() }
    }

    /// The slot whose replacement may be spawned once its back-off allows, if any.
    var nextSlot: Int? {
        guard let rollingReload, !table.isReplacing else { return nil }
        for slot in table.slots.prefix(rollingReload.target.workers) where slot.hasRoom {
            switch rollingReload.stage {
            case .unproven: return slot.number
            case .proven, .rollback: if isOutdated(slot.current) { return slot.number }
            }
        }
        return nil
    }

    private mutating func spawnReplacement() {
        guard let slot = nextSlot, backOff(of: target, in: slot).permits(at: now) else { return }
        spawn(target, as: .replacement, in: slot)
        if let id = table[slot: slot].replacement?.id {
            let notice = Notice.reloadRolling(id, slot: slot, generation: target.number)
            actions.append(.report(notice))
        }
    }

    private mutating func finish(_ reload: RollingReload) {
        rollingReload = nil
        let duration = now - reload.startedAt
        let generation = reload.target.number
        if reload.isTrial {
            current = reload.target
            adoptTrials()
            actions.append(.report(.reloadCompleted(generation: generation, after: duration)))
            actions.append(.reloadCompleted(generation: generation))
        } else {
            actions.append(.report(.rollbackCompleted(generation: generation, after: duration)))
        }
        table.resize(to: slotCount)
    }
}

extension Supervisor {
    private func isFullyServed(by target: Generation) -> Bool {
        for slot in table.slots.prefix(target.workers) where !slot.isServing(target.number) {
            return false
        }
        return true
    }

    /// Whether there is a worker, and it is of another generation than the target.
    private func isOutdated(_ worker: Worker?) -> Bool {
        guard let worker else { return false }
        return worker.generation != target.number
    }

    private var hasOutdated: Bool {
        for slot in table.slots where isOutdated(slot.current) {
            return true
        }
        return false
    }

    /// Gives up the replacements that boot: those of a reload, or without one that of a worker that
    /// has served its time, which keeps waiting.
    mutating func retireReplacements() {
        let isReloading = rollingReload != nil
        table.changeEach(into: &actions) { [now] worker, actions in
            guard worker.role == .replacement else { return }
            let reason: Retirement =
                isReloading ? .reloadGivenUp(generation: worker.generation) : .recyclingGivenUp
            worker.retire(reason, at: now, into: &actions)
        }
    }

    private mutating func retireSurplus() {
        let reason = Retirement.surplus(generation: target.number)
        table.changeEach(from: target.workers, into: &actions) { [now] worker, actions in
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
