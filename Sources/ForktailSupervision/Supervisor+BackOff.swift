/// Which record of failures counts for which worker: a generation on trial has its own, so that a
/// bad reload does not slow down the workers that hold the service up.
extension Supervisor {
    /// Whether the generation may still be given up.
    func isOnTrial(_ generation: Int) -> Bool {
        guard let roll else { return false }
        return roll.isTrial && roll.goal.number == generation
    }

    /// Returns the record that decides when a worker of the generation may be spawned.
    func backOff(of generation: Generation, in slot: Int) -> BackOff {
        table.slots[slot][keyPath: record(of: generation.number)]
    }

    /// Returns where the worker's end is recorded; `nil` if it does not count: it was asked to
    /// leave, or its generation will not be spawned again.
    func record(for worker: Worker) -> WritableKeyPath<Slot, BackOff>? {
        switch (lifecycle, worker.place) {
        case (.idle, _), (.stopping, _), (.exited, _), (_, .leaver): return nil
        case (_, .surplus): return nil
        case (.booting, _), (.settling, _), (.serving, _), (.delayingStop, _): break
        }
        let counts = worker.generation == current.number || isOnTrial(worker.generation)
        return counts ? record(of: worker.generation) : nil
    }

    private func record(of generation: Int) -> WritableKeyPath<Slot, BackOff> {
        isOnTrial(generation) ? \.trial : \.backOff
    }
}
