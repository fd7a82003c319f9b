/// One loaded configuration, as far as it matters here.
struct Generation: Equatable {
    /// Counts the configurations that were loaded, from 1.
    let number: Int
    /// Its settings, with the workers that commands have added or removed since.
    private(set) var policy: Policy
    /// Whether all its workers were retired by command; its settings keep their number.
    private(set) var isRetired = false

    init(number: Int, policy: Policy) {
        self.number = number
        self.policy = policy
    }

    /// The workers that there should be.
    var workers: Int {
        isRetired ? 0 : policy.workers
    }

    /// Wants no worker for the time being.
    mutating func retireAll() {
        isRetired = true
    }

    /// Wants as many workers again as its settings say.
    mutating func recall() {
        isRetired = false
    }

    /// Wants so many workers more than it does, but at least one.
    mutating func changeWorkers(by difference: Int) {
        policy.workers = max(1, workers + difference)
        isRetired = false
    }
}
