// The replacement of workers that have served their time.
//
// One slot at a time gets a replacement of the generation in force, which takes over when it is
// ready. They are replaced in the order in which they said that their time was served, but a slot
// that waits for its back-off delays no other. A reload comes first: it replaces them anyway.
extension Supervisor {
    /// Notes that a worker has served its time, if it serves.
    mutating func noteRecycle(_ id: WorkerID, _ reason: RecycleReason) {
        guard lifecycle.isRunning, recycleReason(of: id) == nil else { return }
        guard let location = table.locate(id) else { return }
        guard table[location].isServing, table[location].role == .current else { return }
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

    /// Spawns the next replacement, if one is allowed.
    mutating func advanceRecycling() {
        for recycling in recyclings {
            guard let slot = slotToRecycle(recycling.worker) else { continue }
            guard table[slot: slot].backOff.permits(at: now) else { continue }
            spawn(current, as: .replacement, in: slot)
            return reportRecycling(recycling, slot)
        }
    }

    /// When the back-off of a slot allows a replacement, if nothing else prevents it.
    var recyclingDeadline: Instant? {
        var first: Instant?
        for recycling in recyclings {
            guard let slot = slotToRecycle(recycling.worker) else { continue }
            first = earliest(first, table.slots[slot].backOff.due)
        }
        return first
    }

    /// The slot of a worker that may be replaced as soon as the back-off allows.
    private func slotToRecycle(_ id: WorkerID) -> Int? {
        guard rollingReload == nil, !table.isReplacing, let location = table.locate(id) else {
            return nil
        }
        guard table[location].isServing, table[location].role == .current else { return nil }
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
