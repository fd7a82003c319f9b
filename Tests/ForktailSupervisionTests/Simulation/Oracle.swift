import ForktailSupervision

/// What the supervisor promised so far, seen from outside: which settings may be in force and how
/// many workers they want.
struct Oracle {
    struct Settings {
        let generation: Int
        var policy: Policy
        /// Whether its workers can boot.
        let canBoot: Bool
        /// Whether another process forks its workers, one after the other, and answers when it likes.
        let forksLate: Bool
        /// Whether its workers die soon after they are ready.
        let isFlaky: Bool
    }

    private(set) var inForce: Settings
    private(set) var trial: Settings?
    /// Whether the workers of the settings in force were retired by command.
    private(set) var isRetired = false
    /// How many workers the load asks for.
    private var demand = 0
    private var trialDemand = 0
    /// The number of the newest generation.
    private(set) var generations = 1
    /// Whether workers of other settings than those in force may still be there.
    private(set) var isRolling = false
    /// The most slots that have been in use since workers of one generation only were there.
    private(set) var slots: Int
    private(set) var wasReady = false
    /// Whether a worker of the trial has been ready.
    private(set) var isProven = false
    private(set) var isAnnounced = false
    var upgrade: Companion
    /// How the arbiter stops, once it does.
    var stop: StopBook?
    private(set) var exit: ExitReason?
    private(set) var gaveUp = false

    init(_ settings: Settings, _ upgrade: Companion) {
        inForce = settings
        slots = settings.policy.workers
        self.upgrade = upgrade
    }

    /// How urgent the stop is: 0 not at all, 1 graceful, 2 quick, 3 and more killing.
    var stops: Int {
        stop?.urgency ?? 0
    }

    /// Whether commands are obeyed that do not stop it.
    var isRunning: Bool {
        stop == nil && !gaveUp
    }

    var wanted: Int {
        trial.map { workers($0, trialDemand) } ?? wantedInForce
    }

    var wantedInForce: Int {
        isRetired ? 0 : workers(inForce, demand)
    }

    private func workers(_ settings: Settings, _ demand: Int) -> Int {
        guard let scaling = settings.policy.scaling else { return settings.policy.workers }
        return max(settings.policy.workers, min(demand, scaling.maximum))
    }

    /// The fewest workers that the load leaves.
    var floor: Int {
        trial?.policy.workers ?? (isRetired ? 0 : inForce.policy.workers)
    }

    /// The most workers.
    var ceiling: Int {
        let policy = (trial ?? inForce).policy
        return policy.scaling.map { max($0.maximum, policy.workers) } ?? .max
    }

    mutating func scale(to workers: Int) {
        demand = workers
        noteSlots()
    }

    func settings(of generation: Int) -> Settings? {
        if trial?.generation == generation { return trial }
        return inForce.generation == generation ? inForce : nil
    }

    mutating func load(_ settings: Settings) {
        trialDemand = inForce.policy.scaling == nil ? wantedInForce : demand
        generations = settings.generation
        trial = settings
        isProven = false
        isRolling = true
        noteSlots()
    }

    mutating func noteRejected() {
        guard trial == nil else { return }
        isRetired = false
        noteSlots()
    }

    mutating func changeWorkers(by difference: Int) {
        guard isRunning, floor + difference > 0 else { return }
        guard difference < 0 || floor + difference <= ceiling else { return }
        trial?.policy.workers += difference
        if trial == nil || !isRetired {
            inForce.policy.workers = max(1, (isRetired ? 0 : inForce.policy.workers) + difference)
            isRetired = false
        }
        noteSlots()
    }

    mutating func retireAll() {
        guard isRunning else { return }
        isRetired = true
        demand = 0
        noteSlots()
    }

    mutating func noteStop(_ mode: StopMode, at now: Int) {
        if stop == nil {
            stop = StopBook(mode, isShared: upgrade.sharesListeners, at: now)
        } else {
            stop?.urgency += 1
        }
        trial = nil
        isRolling = false
    }

    mutating func noteReady(_ generation: Int) {
        wasReady = true
        if generation == trial?.generation { isProven = true }
    }

    mutating func noteAnnounced() {
        isAnnounced = true
    }

    mutating func noteExit(_ reason: ExitReason) {
        exit = reason
    }

    mutating func noteGivenUp() {
        gaveUp = true
    }

    mutating func noteCompleted() {
        if let trial {
            inForce = trial
            demand = trialDemand
        }
        trial = nil
        isRetired = false
        noteRolled()
    }

    mutating func noteAbandoned(_ failure: ReloadFailure) {
        trial = nil
        switch failure {
        case .cannotBoot: isRetired = false
        case .allRetired: break
        }
        noteSlots()
    }

    mutating func noteRolled() {
        isRolling = false
        slots = wantedInForce
    }

    private mutating func noteSlots() {
        let range = max(wanted, wantedInForce)
        slots = isRolling ? max(slots, range) : range
    }
}
