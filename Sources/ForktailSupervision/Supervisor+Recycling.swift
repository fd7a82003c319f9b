/// The replacement of workers that have served their time.
///
/// One slot at a time gets a newcomer of the generation in force, which takes over when it is
/// ready. Who has waited longest comes first, but a slot that waits for its back-off holds nobody
/// up. A reload goes first: it replaces them anyhow.
extension Supervisor {
    /// Takes note that a worker has served its time, if it serves.
    mutating func noteRecycle(_ id: WorkerID, _ reason: RecycleReason) {
        guard lifecycle.isRunning, let location = table.locate(id) else { return }
        table[location].noteRecycle(reason, at: now)
    }

    /// Has the next replacement boot, if one may.
    mutating func advanceRecycling() {
        guard let holder = nextRecycled, let reason = holder.recycling?.reason else { return }
        spawn(current, as: .newcomer, in: holder.slot)
        let notice = Notice.workerRecycling(holder.id, slot: holder.slot, reason: reason)
        actions.append(.report(notice))
    }

    /// When a slot's back-off allows a replacement, if nothing else is in its way.
    var recyclingDeadline: Instant? {
        var first: Instant?
        for slot in table.slots where slot.recyclable != nil {
            first = earliest(first, slot.backOff.due)
        }
        return mayRecycle ? first : nil
    }

    private var nextRecycled: Worker? {
        var next: Worker?
        for slot in table.slots where slot.backOff.permits(at: now) {
            guard let holder = slot.recyclable, holder.waitsLonger(than: next) else { continue }
            next = holder
        }
        return mayRecycle ? next : nil
    }

    private var mayRecycle: Bool {
        roll == nil && !table.isReplacing
    }
}
