/// What happens to single workers: spawned, ready, ended, failed.
extension Supervisor {
    /// Spawns a worker of the given generation.
    mutating func spawn(_ generation: Generation, as place: Worker.Place, in slot: Int) {
        let id = makeWorkerID()
        let worker = Worker(id: id, slot: slot, generation: generation, place: place, at: now)
        table[slot: slot].workers.append(worker)
        actions.append(.spawn(id, slot: slot, generation: generation.number))
    }

    /// Gives every slot without a holder a new one, if its back-off allows.
    mutating func fillVacantSlots() {
        table.resize(to: range)
        for slot in table.slots.indices {
            guard let heir = heir(of: table.slots[slot]) else { continue }
            guard backOff(of: heir, in: slot).permits(at: now) else { continue }
            spawn(heir, as: .holder, in: slot)
        }
    }

    /// The generation that a vacant slot's next holder is of, or `nil` if it gets none.
    func heir(of slot: Slot) -> Generation? {
        guard slot.hasRoom, slot.isVacant else { return nil }
        let heir = roll?.stage == .proven ? goal : current
        return slot.number < heir.workers ? heir : nil
    }

    mutating func noteSpawned(_ id: WorkerID) {
        guard let location = table.locate(id) else { return }
        table[location].noteSpawned(at: now, into: &actions)
    }

    mutating func noteHeartbeat(_ id: WorkerID) {
        guard let location = table.locate(id) else { return }
        table[location].noteHeartbeat(at: now)
    }

    mutating func noteReady(_ id: WorkerID) {
        guard let location = table.locate(id) else { return }
        guard !table[location].isReady else { return table[location].noteHeartbeat(at: now) }
        let worker = table[location]
        table[location].noteReady(at: now)
        reportReady(worker)
        guard table[location].isServing else { return }
        noteFirstReady()
        noteProof(by: worker)
        if worker.place == .newcomer { handOver(worker.slot, to: worker.generation) }
    }

    mutating func noteExited(_ id: WorkerID, _ status: ExitStatus, _ hasServed: Bool) {
        guard let worker = table.remove(id) else { return }
        forgetRecycling(of: id)
        actions.append(.report(worker.exitNotice(status, at: now)))
        if let failure = worker.bootFailure(status, hasServed: hasServed, at: now) {
            recordFailure(of: worker, failure)
        } else {
            recordEnd(of: worker)
        }
        promoteNewcomer(in: worker.slot)
    }

    mutating func noteSpawnFailed(_ id: WorkerID) {
        guard let worker = table.remove(id) else { return }
        let notice = Notice.spawnFailed(id, slot: worker.slot, generation: worker.generation)
        actions.append(.report(notice))
        recordFailure(of: worker, .notSpawned)
        promoteNewcomer(in: worker.slot)
    }

    private mutating func reportReady(_ worker: Worker) {
        let notice = Notice.workerReady(
            worker.id,
            slot: worker.slot,
            generation: worker.generation,
            after: now - worker.startedAt
        )
        actions.append(.report(notice))
    }

    /// Records the end of a worker that was healthy.
    private mutating func recordEnd(of worker: Worker) {
        guard let path = record(for: worker), let health = worker.health(at: now) else { return }
        let wait = table[slot: worker.slot][keyPath: path]
            .recordEnd(afterReadyFor: health, at: now)
        reportDelay(wait, worker.slot, table[slot: worker.slot][keyPath: path])
    }

    /// Records a worker that could not boot, and gives a reload up that fails too often.
    private mutating func recordFailure(of worker: Worker, _ failure: BootFailure) {
        guard let path = record(for: worker) else { return }
        let wait = table[slot: worker.slot][keyPath: path].recordBootFailure(at: now)
        let record = table[slot: worker.slot][keyPath: path]
        guard isOnTrial(worker.generation), record.isExhausted else {
            return reportDelay(wait, worker.slot, record)
        }
        abandonReload(
            .cannotBoot(
                generation: worker.generation,
                slot: worker.slot,
                failures: record.bootFailures,
                last: failure
            )
        )
        recall()
    }

    private mutating func reportDelay(_ wait: Duration, _ slot: Int, _ record: BackOff) {
        guard wait > .zero else { return }
        let notice = Notice.respawnDelayed(slot: slot, by: wait, failures: record.failures)
        actions.append(.report(notice))
    }
}
