import ForktailSupervision

/// What the supervisor promised so far, seen from outside: which settings may be in force and how
/// many workers they want.
struct Oracle {
    struct Settings {
        let generation: Int
        var policy: Policy
        /// Whether its workers can boot.
        let canBoot: Bool
        /// Whether its workers die soon after they are ready.
        let isFlaky: Bool
    }

    private(set) var inForce: Settings
    private(set) var trial: Settings?
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
    /// How urgent the stop is: 1 graceful, 2 quick, 3 and more killing.
    private(set) var stops = 0
    private(set) var exit: ExitReason?
    private(set) var gaveUp = false

    init(_ settings: Settings) {
        inForce = settings
        slots = settings.policy.workers
    }

    /// The settings that shall be in force in the end.
    var goal: Settings {
        trial ?? inForce
    }

    var wanted: Int {
        goal.policy.workers
    }

    func settings(of generation: Int) -> Settings? {
        if trial?.generation == generation { return trial }
        return inForce.generation == generation ? inForce : nil
    }

    mutating func load(_ settings: Settings) {
        generations = settings.generation
        trial = settings
        isProven = false
        isRolling = true
        noteSlots()
    }

    mutating func changeWorkers(by difference: Int) {
        guard stops == 0, !gaveUp, wanted + difference > 0 else { return }
        inForce.policy.workers = max(1, inForce.policy.workers + difference)
        trial?.policy.workers += difference
        noteSlots()
    }

    mutating func stop(_ mode: StopMode) {
        stops += mode == .quick && stops == 0 ? 2 : 1
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
        if let trial { inForce = trial }
        trial = nil
        noteRolled()
    }

    mutating func noteAbandoned() {
        trial = nil
    }

    mutating func noteRolled() {
        isRolling = false
        slots = inForce.policy.workers
    }

    private mutating func noteSlots() {
        let range = max(wanted, inForce.policy.workers)
        slots = isRolling ? max(slots, range) : range
    }
}
