// Which record of failures counts for which worker. A generation on trial has its own, so that a bad
// reload does not slow down the workers of the generation in force.
extension Supervisor {
    /// Whether the generation may still be given up.
    func isOnTrial(_ generation: Int) -> Bool {
        guard let rollingReload else { return false }
        return rollingReload.isTrial && rollingReload.target.number == generation
    }

    /// Returns the record that decides when a worker of the generation may be spawned.
    func backOff(of generation: Generation, in slot: Int) -> BackOff {
        table.slots[slot][keyPath: record(of: generation.number)]
    }

    /// Returns where the end of the worker is recorded.
    ///
    /// It is `nil` if the end does not count: the worker was asked to leave, or no other worker of
    /// its generation will be spawned.
    func record(for worker: Worker) -> WritableKeyPath<Slot, BackOff>? {
        switch (lifecycle, worker.role) {
        case (.idle, _), (.stopping, _), (.exited, _), (_, .leaving): return nil
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
