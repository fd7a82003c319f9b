import Glibc

/// What became of many requests.
struct Tally {
    var answered = 0
    /// Answers with another status than 200.
    var statuses: [Int: Int] = [:]
    var faults: [ConnectionFault: Int] = [:]
    /// How many answers each worker gave.
    var workers: [pid_t: Int] = [:]
    var generations: Set<Int> = []
    var slots: Set<Int> = []

    var lost: Int { faults.values.reduce(0, +) + statuses.values.reduce(0, +) }

    mutating func record(_ reply: Reply) {
        guard reply.status == 200 else { return statuses[reply.status, default: 0] += 1 }
        answered += 1
        guard let worker = WorkerIdentity(reply.text) else { return }
        workers[worker.process, default: 0] += 1
        generations.insert(worker.generation)
        slots.insert(worker.slot)
    }
}
