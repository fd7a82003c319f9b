// Single workers: spawned, ready, ended, failed.
extension Supervisor {
    /// Spawns a worker of the given generation.
    mutating func spawn(_ generation: Generation, as role: Worker.Role, in slot: Int) {
        let id = makeWorkerID()
        let worker = Worker(id: id, slot: slot, generation: generation, role: role, at: now)
        table[slot: slot].workers.append(worker)
        actions.append(.spawn(id, slot: slot, generation: generation.number))
    }

    /// Spawns a worker in every slot without a current one, if its back-off allows.
    mutating func fillEmptySlots() {
        table.resize(to: slotCount)
        for vacancy in vacancies where vacancy.isDue(at: now) {
            spawn(vacancy.generation, as: .current, in: vacancy.slot)
        }
    }

    /// The generation of an empty slot's next worker; `nil` if the slot gets none.
    func generationToSpawn(in slot: Slot) -> Generation? {
        guard slot.hasRoom, slot.isEmpty else { return nil }
        let generation = generationToSpawn
        return slot.number < generation.workers ? generation : nil
    }

    mutating func noteSpawned(_ id: WorkerID) {
        guard let location = table.locate(id) else { return }
        table[location].noteSpawned(at: now, into: &actions)
    }

    mutating func noteSignalSent(_ id: WorkerID) {
        guard let location = table.locate(id) else { return }
        table[location].noteSignalSent(at: now)
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
        if worker.role == .replacement { handOver(worker.slot, to: worker.generation) }
    }

    mutating func noteExited(_ id: WorkerID, _ status: ExitStatus, _ hasServed: Bool) {
        guard let worker = table.remove(id) else { return }
        forgetRecycling(of: id)
        actions.append(.report(worker.exitNotice(status, at: now)))
        if let failure = worker.bootFailure(status, hasServed: hasServed, at: now) {
            recordFailure(of: worker, failure)
        } else {
            recordEnd(of: worker, hasServed: hasServed)
        }
        promoteReplacement(in: worker.slot)
    }

    mutating func noteSpawnFailed(_ id: WorkerID) {
        guard let worker = table.remove(id) else { return }
        let notice = Notice.spawnFailed(id, slot: worker.slot, generation: worker.generation)
        actions.append(.report(notice))
        recordFailure(of: worker, .notSpawned)
        promoteReplacement(in: worker.slot)
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

    /// Records the end of a worker that was able to boot.
    private mutating func recordEnd(of worker: Worker, hasServed: Bool) {
        guard let path = record(for: worker), let health = worker.health(at: now) else { return }
        let before = table[slot: worker.slot][keyPath: path]
        if hasServed {
            table[slot: worker.slot][keyPath: path].recordEndOfService(at: now)
        } else {
            table[slot: worker.slot][keyPath: path].recordEnd(afterReadyFor: health, at: now)
        }
        let record = table[slot: worker.slot][keyPath: path]
        if !(before.isPaced && record.isPaced) { reportDelay(of: worker.slot, record) }
    }

    /// Records a worker that could not boot, and gives up a reload that fails too often.
    private mutating func recordFailure(of worker: Worker, _ failure: BootFailure) {
        guard let path = record(for: worker) else { return }
        table[slot: worker.slot][keyPath: path].recordBootFailure(at: now)
        let record = table[slot: worker.slot][keyPath: path]
        guard isOnTrial(worker.generation), record.isExhausted else {
            return reportDelay(of: worker.slot, record)
        }
        abandonReload(
            .cannotBoot(
                generation: worker.generation,
                slot: worker.slot,
                failures: record.bootFailures,
                last: failure
            )
        )
        unretire()
    }

    private mutating func reportDelay(of slot: Int, _ record: BackOff) {
        var due = record.due
        for vacancy in vacancies where vacancy.slot == slot {
            due = vacancy.due
        }
        guard let due, due > now else { return }
        let notice: Notice =
            record.isPaced
            ? .respawnPaced(slot: slot, by: due - now)
            : .respawnDelayed(slot: slot, by: due - now, failures: record.failures)
        actions.append(.report(notice))
    }
}
