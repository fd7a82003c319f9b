/// The replacement of workers that have served their time.
///
/// One slot at a time gets a newcomer of the generation in force, which takes over when it is
/// ready. Who has waited longest comes first, but a slot that waits for its back-off holds nobody
/// up. A reload goes first: it replaces them anyhow.
extension Supervisor {
    /// Takes note that a worker has served its time, if it serves.
    mutating func noteRecycle(_ id: WorkerID, _ reason: RecycleReason) {
        guard lifecycle.isRunning, recycleReason(of: id) == nil else { return }
        guard let location = table.locate(id) else { return }
        guard table[location].isServing, table[location].place == .holder else { return }
        recyclings.append(Recycling(worker: id, reason: reason))
    }

    /// Returns why the worker has served its time, or `nil` if it has not.
    func recycleReason(of id: WorkerID) -> RecycleReason? {
        for recycling in recyclings where recycling.worker == id {
            return recycling.reason
        }
        return nil
    }

    /// Forgets a worker that has ended.
    mutating func forgetRecycling(of id: WorkerID) {
        guard !recyclings.isEmpty else { return }
        recyclings.removeAll { $0.worker == id }
    }

    /// Has the next replacement boot, if one may.
    mutating func advanceRecycling() {
        for recycling in recyclings {
            guard let slot = slotToRecycle(recycling.worker) else { continue }
            guard table[slot: slot].backOff.permits(at: now) else { continue }
            spawn(current, as: .newcomer, in: slot)
            return reportRecycling(recycling, slot)
        }
    }

    /// When a slot's back-off allows a replacement, if nothing else is in its way.
    var recyclingDeadline: Instant? {
        var first: Instant?
        for recycling in recyclings {
            guard let slot = slotToRecycle(recycling.worker) else { continue }
            first = earliest(first, table.slots[slot].backOff.due)
        }
        return first
    }

    /// The slot of a worker that may get its replacement, but for the back-off.
    private func slotToRecycle(_ id: WorkerID) -> Int? {
        guard roll == nil, !table.isReplacing, let location = table.locate(id) else { return nil }
        guard table[location].isServing, table[location].place == .holder else { return nil }
        return table.slots[location.slot].hasRoom ? location.slot : nil
    }

    private mutating func reportRecycling(_ recycling: Recycling, _ slot: Int) {
        let notice = Notice.workerRecycling(recycling.worker, slot: slot, reason: recycling.reason)
        actions.append(.report(notice))
    }
}

/// A worker that has served its time and waits for its replacement.
struct Recycling: Equatable {
    let worker: WorkerID
    let reason: RecycleReason
}
