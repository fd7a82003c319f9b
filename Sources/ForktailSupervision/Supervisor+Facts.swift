extension Supervisor {
    /// The state of the service in numbers.
    package var counts: Counts {
        var tally = (ready: 0, booting: 0, leaving: 0)
        for slot in table.slots {
            for worker in slot.workers {
                if worker.isServing {
                    tally.ready += 1
                } else if worker.instruction == .none {
                    tally.booting += 1
                } else {
                    tally.leaving += 1
                }
            }
        }
        return Counts(
            wanted: target.workers,
            bounds: target.policy.scaling == nil ? nil : target.floor...target.ceiling,
            memoryLimit: target.policy.scaling?.memoryLimit,
            isHeld: hold?.isInForce == true,
            ready: tally.ready,
            booting: tally.booting,
            leaving: tally.leaving,
            generation: current.number,
            reloading: rollingReload?.isTrial == true ? rollingReload?.target.number : nil
        )
    }

    /// How far the life of the service has come.
    package var phase: ServiceState.Phase {
        switch lifecycle {
        case .idle, .booting: .booting
        case .settling, .serving: .serving
        case .delayingStop, .stopping, .exited: .stopping
        }
    }

    /// Whether workers may still be spawned: also while the workers serve for the delay of a stop.
    package var maySpawn: Bool {
        switch lifecycle {
        case .idle, .booting, .settling, .serving, .delayingStop: true
        case .stopping, .exited: false
        }
    }

    /// The name of the worker that serves a slot, or boots to serve it.
    package func currentWorker(of slot: Int) -> WorkerID? {
        table.slots.indices.contains(slot) ? table[slot: slot].current?.id : nil
    }

    /// Returns what is known of a worker, or `nil` if it is not alive.
    package func worker(_ id: WorkerID) -> WorkerFacts? {
        guard let location = table.locate(id) else { return nil }
        return table[location].facts
    }
}

/// The state of the service in numbers, for a status line.
package struct Counts: Equatable, Sendable {
    /// The workers that are wanted.
    package let wanted: Int
    /// The fewest and the most of them, where their number follows the load.
    package let bounds: ClosedRange<Int>?
    /// How many bytes they may occupy together, as far as the load decides.
    package let memoryLimit: Int?
    /// Whether that limit kept the number from growing at the last sample.
    package let isHeld: Bool
    /// The workers that are ready and were not asked to leave.
    package let ready: Int
    /// The workers that are not ready yet and were not asked to leave.
    package let booting: Int
    /// The workers that were asked to leave.
    package let leaving: Int
    /// The generation in force.
    package let generation: Int
    /// The generation that a reload is putting in force, if one is under way.
    package let reloading: Int?
}

/// What is known of a live worker, for log lines.
package struct WorkerFacts: Equatable, Sendable {
    /// Its slot.
    package let slot: Int
    /// Its generation.
    package let generation: Int
    /// When it was spawned.
    package let startedAt: Instant
    /// Whether it has reported that it is ready.
    package let isReady: Bool
    /// What it was asked to do, and why.
    package let instruction: Instruction
}
