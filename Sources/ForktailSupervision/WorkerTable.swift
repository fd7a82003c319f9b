/// The live workers by slot, in an order that depends on nothing but the events.
///
/// A slot above the wanted number stays until the last worker in it has gone.
struct WorkerTable {
    /// The place of a worker.
    struct Location {
        let slot: Int
        let index: Int
    }

    private(set) var slots: [Slot] = []

    /// Accesses a slot by its number.
    subscript(slot number: Int) -> Slot {
        get { slots[number] }
        _modify { yield &slots[number] }
    }

    /// Accesses a worker by its location.
    subscript(location: Location) -> Worker {
        get { slots[location.slot].workers[location.index] }
        _modify { yield &slots[location.slot].workers[location.index] }
    }

    /// Whether no worker is alive.
    var isEmpty: Bool {
        for slot in slots where !slot.workers.isEmpty {
            return false
        }
        return true
    }

    /// Whether a replacement is under way: it boots, or the worker that it has replaced is alive.
    var isReplacing: Bool {
        for slot in slots {
            for worker in slot.workers {
                switch worker.role {
                case .replacement, .leaving: return true
                case .current, .surplus: break
                }
            }
        }
        return false
    }

    /// Whether a worker is alive that is not the current one of its slot.
    var hasExtra: Bool {
        for slot in slots {
            for worker in slot.workers where worker.role != .current {
                return true
            }
        }
        return false
    }

    /// The worker that serves the listen queues at a stop, where the workers don't do that
    /// themselves.
    var drainer: WorkerID? {
        for slot in slots {
            for worker in slot.workers where worker.isServing && worker.policy.kind == .program {
                return worker.id
            }
        }
        return nil
    }

    /// Returns the place of a worker, or `nil` if it is not alive.
    func locate(_ id: WorkerID) -> Location? {
        for slot in slots.indices {
            for index in slots[slot].workers.indices where slots[slot].workers[index].id == id {
                return Location(slot: slot, index: index)
            }
        }
        return nil
    }

    /// Removes a worker that has ended.
    mutating func remove(_ id: WorkerID) -> Worker? {
        guard let location = locate(id) else { return nil }
        return slots[location.slot].workers.remove(at: location.index)
    }

    /// Makes at least the given number of slots, and removes the empty ones above it.
    mutating func resize(to count: Int) {
        while slots.count < count {
            slots.append(Slot(number: slots.count))
        }
        while slots.count > count, let last = slots.last, last.workers.isEmpty {
            slots.removeLast()
        }
    }

    /// Changes every worker in the slots from the given one on, lowest slot first.
    mutating func changeEach(
        from first: Int = 0,
        into actions: inout [Action],
        _ change: (inout Worker, inout [Action]) -> Void
    ) {
        for slot in slots.indices.dropFirst(first) {
            for index in slots[slot].workers.indices {
                change(&slots[slot].workers[index], &actions)
            }
        }
    }
}
