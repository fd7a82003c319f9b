/// One loaded configuration, as far as the supervisor has to know it.
struct Generation: Equatable {
    /// The number of the configuration, counted from 1.
    let number: Int
    /// Its settings, with the number of workers as commands have changed it.
    private(set) var policy: Policy
    /// Whether all its workers were retired by a command; its settings keep their number.
    private(set) var isRetired = false
    /// The number of workers that the load asks for.
    private var demand = 0

    /// Makes the first generation, or one that follows another and has its load.
    init(number: Int, policy: Policy, after former: Generation? = nil) {
        self.number = number
        self.policy = policy
        guard let former, !former.isRetired else { return }
        demand = former.policy.scaling == nil ? former.workers : former.demand
    }

    /// The number of workers that are wanted.
    var workers: Int {
        guard !isRetired else { return 0 }
        guard let scaling = policy.scaling else { return policy.workers }
        return max(policy.workers, min(demand, scaling.maximum))
    }

    /// The fewest workers that any load leaves; what commands change.
    var floor: Int {
        isRetired ? 0 : policy.workers
    }

    /// The most workers that commands and load may ask for.
    var ceiling: Int {
        policy.scaling.map { max($0.maximum, policy.workers) } ?? .max
    }

    /// Wants no worker until `unretire` or `changeFloor`.
    mutating func retireAll() {
        isRetired = true
        demand = 0
    }

    /// Wants as many workers as its settings say.
    mutating func unretire() {
        isRetired = false
    }

    /// Wants more or fewer workers, but at least one.
    mutating func changeFloor(by difference: Int) {
        policy.workers = max(1, floor + difference)
        isRetired = false
    }

    /// Wants this many workers for the load, within the bounds.
    mutating func scale(to workers: Int) {
        demand = workers
    }
}
