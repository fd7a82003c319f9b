extension Supervisor {
    /// The state of the service in numbers.
    package var counts: Counts {
        var tally = (ready: 0, booting: 0, leaving: 0)
        for slot in table.slots {
            for worker in slot.workers {
                if worker.isServing {
                    tally.ready += 1
                } else if worker.order == .none {
                    tally.booting += 1
                } else {
                    tally.leaving += 1
                }
            }
        }
        return Counts(
            wanted: goal.workers,
            ready: tally.ready,
            booting: tally.booting,
            leaving: tally.leaving,
            generation: current.number,
            reloading: roll?.isTrial == true ? roll?.goal.number : nil
        )
    }

    /// Returns what is known of a worker, or `nil` if it is not alive.
    package func worker(_ id: WorkerID) -> WorkerFacts? {
        guard let location = table.locate(id) else { return nil }
        return table[location].facts
    }
}
