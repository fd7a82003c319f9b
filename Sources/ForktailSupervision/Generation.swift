/// One loaded configuration, as far as the supervisor has to know it.
struct Generation: Equatable {
    /// The number of the configuration, counted from 1.
    let number: Int
    /// Its settings, with the number of workers as commands have changed it.
    private(set) var policy: Policy
    /// Whether all its workers were retired by a command; its settings keep their number.
    private(set) var isRetired = false

    init(number: Int, policy: Policy) {
        self.number = number
        self.policy = policy
    }

    /// The number of workers that are wanted.
    var workers: Int {
        isRetired ? 0 : policy.workers
    }

    /// Wants no worker until `unretire` or `changeWorkers`.
    mutating func retireAll() {
        isRetired = true
    }

    /// Wants as many workers as its settings say.
    mutating func unretire() {
        isRetired = false
    }

    /// Wants more or fewer workers, but at least one.
    mutating func changeWorkers(by difference: Int) {
        policy.workers = max(1, workers + difference)
        isRetired = false
    }
}
