/// Time limits: who is overdue, when the next one is, and what a pause of the arbiter means.
extension Supervisor {
    /// Aborts, kills or asks again whoever is overdue.
    mutating func enforceLimits() {
        table.changeEach(into: &actions) { [now] worker, actions in
            worker.enforceLimits(at: now, into: &actions)
        }
    }

    /// Starts every time limit again if the arbiter itself has not run: its own silence tells
    /// nothing about the workers'.
    mutating func skipRoundAfterPause(since last: Instant) {
        guard let nextDeadline, now - nextDeadline > Interval.pause else { return }
        guard workerDeadline != nil else { return }
        table.changeEach(into: &actions) { [now] worker, _ in worker.rearm(at: now) }
        actions.append(.report(.roundSkipped(pause: now - last)))
    }

    /// When something is due that no event will announce.
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
        case .delayingStop(let end): earliest(end, vacancyDeadline)
        }
    }

    private var spawnDeadline: Instant? {
        earliest(vacancyDeadline, earliest(newcomerDeadline, recyclingDeadline))
    }

    private var vacancyDeadline: Instant? {
        var first: Instant?
        for slot in table.slots {
            guard let heir = heir(of: slot) else { continue }
            first = earliest(first, backOff(of: heir, in: slot.number).due)
        }
        return first
    }

    private var newcomerDeadline: Instant? {
        guard let nextSlot else { return nil }
        return backOff(of: goal, in: nextSlot).due
    }
}
