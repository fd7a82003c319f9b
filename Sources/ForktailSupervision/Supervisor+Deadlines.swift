// Time limits: which workers are overdue, when the next limit ends, and what follows from a pause of
// the arbiter.
extension Supervisor {
    /// Aborts, kills or signals again every worker that was overdue at `heardUntil`.
    mutating func enforceLimits(heardUntil: Instant) {
        table.changeEach(into: &actions) { [now] worker, actions in
            worker.enforceLimits(heardUntil: heardUntil, at: now, into: &actions)
        }
    }

    /// Restarts every time limit if the arbiter itself has not run: the workers may have been paused
    /// with it.
    mutating func skipRoundAfterPause(since last: Instant) {
        guard let nextDeadline, now - nextDeadline > Interval.pause else { return }
        guard workerDeadline != nil else { return }
        table.changeEach(into: &actions) { [now] worker, _ in worker.restartLimits(at: now) }
        actions.append(.report(.roundSkipped(pause: now - last)))
    }

    /// When something is due that no event announces.
    var deadline: Instant? {
        guard let workerDeadline else { return lifecycleDeadline }
        return earliest(earliest(workerDeadline, now + Interval.pulse), lifecycleDeadline)
    }

    private var workerDeadline: Instant? {
        var first: Instant?
        for slot in table.slots {
            for worker in slot.workers {
                first = earliest(first, worker.deadline)
            }
        }
        return first
    }

    private var lifecycleDeadline: Instant? {
        switch lifecycle {
        case .idle, .stopping, .exited: nil
        case .booting, .settling, .serving: spawnDeadline
        case .delayingStop(let end): earliest(end, emptySlotDeadline)
        }
    }

    private var spawnDeadline: Instant? {
        earliest(emptySlotDeadline, earliest(replacementDeadline, recyclingDeadline))
    }

    private var emptySlotDeadline: Instant? {
        var first: Instant?
        for vacancy in vacancies {
            first = earliest(first, vacancy.due)
        }
        return first
    }

    private var replacementDeadline: Instant? {
        guard let nextSlot else { return nil }
        return backOff(of: target, in: nextSlot).due
    }
}
