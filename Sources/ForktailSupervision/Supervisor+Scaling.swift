// The number of workers follows the load, between bounds that the settings and commands set.
//
// It grows at once when all workers are busy and connections wait: by as many as wait, but to no more
// than twice the workers that serve, so that it grows as fast as new ones can boot. It shrinks by one
// when for the idle time two workers or more had nothing to do at every sample: one stays in reserve,
// so that a steady load does not make it grow again.
//
// With a limit of memory it adds a worker only where there is room for one as large as the largest that
// serves: a new worker may become so. It asks no worker to leave for that limit.
//
// It changes only while the service is up with one generation and no other arbiter: what a reload, an
// upgrade or a stop needs comes first.
extension Supervisor {
    /// Takes a sample of the load, and changes the number of workers if that is due.
    mutating func noteLoad(_ load: Load) {
        let isGap = idleness.sampledAt.map { now - $0 > Interval.longestSampleGap } ?? true
        idleness.sampledAt = now
        hold?.isInForce = false
        guard let scaling = current.policy.scaling, mayScale else { return idleness.since = nil }
        let workers = current.workers
        // Where a worker boots or waits for its back-off, those that serve are needed.
        let isIdle =
            load.busy + load.waiting + 2 <= workers && workers > current.floor
            && counts.ready == workers && !isGap
        idleness.since = isIdle ? idleness.since ?? now : nil
        if let wanted = growth(for: load) {
            grow(to: wanted, for: load, scaling)
        } else if let since = idleness.since, now - since >= scaling.idleTime {
            idleness.since = now
            scale(to: workers - 1, .idle(scaling.idleTime))
        }
    }

    private var mayScale: Bool {
        lifecycle == .serving && rollingReload == nil && otherArbiter == .none
    }

    /// How many workers there must be for a load that those which serve can't bear; nil if they can.
    private func growth(for load: Load) -> Int? {
        let ready = counts.ready
        guard load.busy >= ready else { return nil }
        // The workers that boot or wait for their back-off will take connections, too.
        let booting = max(0, current.workers - ready)
        let wanted = min(current.ceiling, 2 * ready, current.workers + load.waiting - booting)
        return wanted > current.workers ? wanted : nil
    }

    /// Grows as far as the memory allows.
    private mutating func grow(to wanted: Int, for load: Load, _ scaling: Scaling) {
        guard let limit = scaling.memoryLimit else {
            return scale(to: wanted, .busy(workers: load.busy, waiting: load.waiting))
        }
        // Where no worker can be measured, the next sample tells.
        guard let memory = load.memory else { return }
        let room = min(wanted, memory.workers(within: limit))
        if room > current.workers {
            scale(to: room, .busy(workers: load.busy, waiting: load.waiting))
        } else {
            noteHold(memory, limit: limit)
        }
    }

    /// Notes that the limit of memory keeps the number from growing; reports it once a minute at most
    /// for the same number.
    private mutating func noteHold(_ memory: MemoryUse, limit: Int) {
        let last = hold.flatMap { $0.workers == current.workers ? $0.reportedAt : nil }
        let isReported = last.map { now - $0 < Interval.holdReport } ?? false
        hold = Hold(
            workers: current.workers,
            reportedAt: isReported ? last ?? now : now,
            isInForce: true
        )
        guard !isReported else { return }
        let notice = Notice.scalingHeld(workers: current.workers, memory: memory, limit: limit)
        actions.append(.report(notice))
    }

    private mutating func scale(to wanted: Int, _ reason: ScalingReason) {
        let before = (slots: slotCount, wanted: current.workers)
        current.scale(to: wanted)
        let notice = Notice.workersScaled(from: before.wanted, to: current.workers, reason: reason)
        actions.append(.report(notice))
        removeSlots(before.slots, .notNeeded)
    }
}

/// What the workers have to do at one time.
package struct Load: Equatable, Sendable {
    /// The ready workers that answer a request.
    package let busy: Int
    /// The connections that wait for a worker.
    package let waiting: Int
    /// What the workers occupy; nil where it was not measured.
    package let memory: MemoryUse?

    /// Makes a sample.
    package init(busy: Int, waiting: Int, memory: MemoryUse? = nil) {
        self.busy = busy
        self.waiting = waiting
        self.memory = memory
    }
}

/// The memory of the workers, in bytes.
package struct MemoryUse: Hashable, Sendable {
    /// The workers that were measured and stay.
    package let workers: Int
    /// What they, and those that leave, occupy together.
    package let total: Int
    /// What the largest of them occupies.
    package let largest: Int

    /// Makes a measurement.
    package init(workers: Int, total: Int, largest: Int) {
        self.workers = workers
        self.total = total
        self.largest = largest
    }

    /// How many workers there may be within a limit, if each new one becomes as large as the largest.
    package func workers(within limit: Int) -> Int {
        workers + max(0, limit - total) / max(1, largest)
    }
}

/// That the limit of memory keeps the number of workers from growing.
struct Hold: Equatable {
    let workers: Int
    let reportedAt: Instant
    /// Whether the last sample asked for more.
    var isInForce: Bool
}

/// Since when there are more workers than the load needs.
struct Idleness: Equatable {
    /// Since when at every sample; nil if not at the last one.
    var since: Instant?
    var sampledAt: Instant?
}
