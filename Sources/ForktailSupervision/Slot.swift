/// A worker's stable place: two processes at most, and one holder among them at most.
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

    /// The worker that serves the slot, or boots to do so.
    var holder: Worker? {
        worker(at: .holder)
    }

    /// The worker that boots to replace the holder.
    var newcomer: Worker? {
        worker(at: .newcomer)
    }

    /// Whether nobody serves the slot or boots to do so.
    var isVacant: Bool {
        for worker in workers where worker.place == .holder {
            return false
        }
        return true
    }

    /// Whether one more process is allowed.
    var hasRoom: Bool {
        workers.count < Self.capacity
    }

    /// Whether the holder serves and is of the given generation.
    func isServing(_ generation: Int) -> Bool {
        guard let holder else { return false }
        return holder.isServing && holder.generation == generation
    }

    /// Makes the newcomer the holder, if the place is free.
    mutating func promoteNewcomer() {
        guard isVacant else { return }
        for index in workers.indices where workers[index].place == .newcomer {
            workers[index].place = .holder
        }
    }

    private func worker(at place: Worker.Place) -> Worker? {
        for worker in workers where worker.place == place {
            return worker
        }
        return nil
    }
}
