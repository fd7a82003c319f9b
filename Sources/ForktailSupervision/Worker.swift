/// One live worker process and what is waited for from it.
///
/// It judges itself by the time it is given: silent or slow to boot it is aborted, asked to leave
/// and still there it is killed. Its time limits are those of its own generation.
struct Worker {
    /// What it is to its slot.
    enum Place: Equatable {
        /// It serves the slot, or boots to do so.
        case holder
        /// It boots beside the holder to replace it.
        case newcomer
        /// It was asked to leave and is not counted on any more.
        case leaver
    }

    /// How far it has come.
    enum Stage: Equatable {
        case spawning
        case booting
        case ready(since: Instant)
    }

    let id: WorkerID
    let slot: Int
    let generation: Int
    let policy: Policy
    var place: Place
    private(set) var stage = Stage.spawning
    private(set) var order = Order.none
    private(set) var startedAt: Instant
    /// When it last gave a sign of life.
    private(set) var heardAt: Instant
    /// Where the time limit on its silence, or on its boot, counts from.
    private(set) var watchedFrom: Instant
    /// Where the time limit on its last order counts from.
    private(set) var orderedFrom: Instant
    /// When it was last asked to leave.
    private(set) var nudgedAt: Instant

    init(id: WorkerID, slot: Int, generation: Generation, place: Place, at now: Instant) {
        self.id = id
        self.slot = slot
        self.generation = generation.number
        policy = generation.policy
        self.place = place
        startedAt = now
        heardAt = now
        watchedFrom = now
        orderedFrom = now
        nudgedAt = now
    }
}

extension Worker {
    /// Whether it serves, and was not asked to do anything else.
    var isServing: Bool {
        isReady && order == .none
    }

    /// Whether it has said that it is ready.
    var isReady: Bool {
        switch stage {
        case .spawning, .booting: false
        case .ready: true
        }
    }

    /// How long it has been ready, if it is.
    func health(at now: Instant) -> Duration? {
        switch stage {
        case .spawning, .booting: nil
        case .ready(let since): now - since
        }
    }

    /// Takes note that the process exists.
    mutating func noteSpawned(at now: Instant) {
        stage = .booting
        startedAt = now
        heardAt = now
        watchedFrom = now
    }

    /// Takes note that it is ready.
    mutating func noteReady(at now: Instant) {
        stage = .ready(since: now)
        heardAt = now
        watchedFrom = now
    }

    /// Takes note of a sign of life; before it is ready only its boot counts.
    mutating func noteHeartbeat(at now: Instant) {
        guard isReady else { return }
        heardAt = now
        watchedFrom = now
    }

    /// Starts every time limit again.
    mutating func rearm(at now: Instant) {
        watchedFrom = now
        orderedFrom = now
    }
}

extension Worker {
    /// Asks it to leave while the others stay, unless it is on its way out already.
    mutating func retire(_ reason: Retirement, at now: Instant, into actions: inout [Action]) {
        place = .leaver
        switch order {
        case .none:
            give(.retire(reason), at: now)
            actions.append(.report(.workerRetired(id, slot: slot, reason: reason)))
            nudge(at: now, into: &actions)
        case .retire, .stop, .abort, .kill:
            break
        }
    }

    /// Asks it to leave since the whole arbiter stops.
    mutating func stop(_ mode: StopMode, at now: Instant, into actions: inout [Action]) {
        switch order {
        case .none, .retire, .stop:
            give(.stop(mode), at: now)
            nudge(at: now, into: &actions)
        case .abort, .kill:
            break
        }
    }

    /// Kills it, if that has not been done.
    mutating func kill(_ reason: KillReason, at now: Instant, into actions: inout [Action]) {
        switch order {
        case .none, .retire, .stop, .abort:
            give(.kill(reason), at: now)
            actions.append(.signal(.kill, id))
            actions.append(.report(.workerKilled(id, slot: slot, reason: reason)))
        case .kill:
            break
        }
    }

    /// Has it abort its request and die.
    mutating func abort(_ reason: KillReason, at now: Instant, into actions: inout [Action]) {
        give(.abort(reason), at: now)
        actions.append(.signal(.abort, id))
        actions.append(.report(.workerAborted(id, slot: slot, reason: reason)))
    }

    /// Sends the signal that its order to leave calls for, if it has one.
    mutating func nudge(at now: Instant, into actions: inout [Action]) {
        let signal: WorkerSignal
        switch order {
        case .none, .abort, .kill: return
        case .retire: signal = .terminate(drain: false)
        case .stop(.graceful): signal = .terminate(drain: true)
        case .stop(.quick): signal = .quit
        }
        nudgedAt = now
        actions.append(.signal(signal, id))
    }

    private mutating func give(_ order: Order, at now: Instant) {
        self.order = order
        orderedFrom = now
    }
}
