// When the empty slots get their next workers, and which record of failures counts for which worker. A
// generation on trial has its own, so that a bad reload does not slow down the workers of the generation
// in force.
//
// At most half of the slots wait: the service never loses more than half of its capacity to a back-off.
extension Supervisor {
    /// The slots without a current worker that get one.
    var vacancies: [Vacancy] {
        var vacancies: [Vacancy] = []
        for slot in table.slots {
            guard let generation = generationToSpawn(in: slot) else { continue }
            let record = backOff(of: generation, in: slot.number)
            vacancies.append(Vacancy(slot.number, generation, record))
        }
        relieveNeed(&vacancies)
        return vacancies
    }

    /// Lets no more than half of the slots wait.
    private func relieveNeed(_ vacancies: inout [Vacancy]) {
        let waiting = vacancies.indices.filter { !vacancies[$0].isDue(at: now) }
        let surplus = waiting.count - generationToSpawn.workers / 2
        guard surplus > 0 else { return }
        for index in waiting.sorted(by: { vacancies[$0].precedes(vacancies[$1]) }).prefix(surplus) {
            vacancies[index].due = vacancies[index].record.dueInNeed
        }
    }

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

    /// The generation of the next worker of an empty slot.
    var generationToSpawn: Generation {
        rollingReload?.stage == .proven ? target : current
    }

    private func record(of generation: Int) -> WritableKeyPath<Slot, BackOff> {
        isOnTrial(generation) ? \.trial : \.backOff
    }
}

/// A slot that gets a worker when its back-off allows.
struct Vacancy {
    let slot: Int
    let generation: Generation
    let record: BackOff
    /// When; `nil` for at once.
    var due: Instant?

    init(_ slot: Int, _ generation: Generation, _ record: BackOff) {
        self.slot = slot
        self.generation = generation
        self.record = record
        due = record.due
    }

    func isDue(at now: Instant) -> Bool {
        guard let due else { return true }
        return due <= now
    }

    /// Whether to fill this one before the other: one whose workers can boot.
    ///
    /// Otherwise it is always the same one, so that the others really wait.
    func precedes(_ other: Vacancy) -> Bool {
        let canBoot = (record.bootFailures == 0, other.record.bootFailures == 0)
        return canBoot.0 == canBoot.1 ? slot < other.slot : canBoot.0
    }
}
