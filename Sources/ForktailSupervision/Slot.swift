/// A worker's stable place: at most two processes, at most one of which is the current worker.
struct Slot {
    /// The most processes that a slot ever has.
    static let capacity = 2

    let number: Int
    /// The failures of the generation in force.
    var backOff = BackOff()
    /// The failures of the generation that a reload tries.
    var trial = BackOff()
    var workers: [Worker] = []

    init(number: Int) {
        self.number = number
    }

    /// The worker that serves the slot, or boots to serve it.
    var current: Worker? {
        worker(at: .current)
    }

    /// The worker that boots to replace the current one.
    var replacement: Worker? {
        worker(at: .replacement)
    }

    /// Whether the slot has no current worker.
    var isEmpty: Bool {
        for worker in workers where worker.role == .current {
            return false
        }
        return true
    }

    /// Whether one more process is allowed.
    var hasRoom: Bool {
        workers.count < Self.capacity
    }

    /// Whether the current worker serves and is of the given generation.
    func isServing(_ generation: Int) -> Bool {
        guard let current else { return false }
        return current.isServing && current.generation == generation
    }

    /// Makes the replacement the current worker, if there is none.
    mutating func promoteReplacement() {
        guard isEmpty else { return }
        for index in workers.indices where workers[index].role == .replacement {
            workers[index].role = .current
        }
    }

    private func worker(at role: Worker.Role) -> Worker? {
        for worker in workers where worker.role == role {
            return worker
        }
        return nil
    }
}
