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
        /// It was asked to leave for the sake of a replacement: it is one process too many.
        case leaver
        /// It was asked to leave since it is not wanted any more.
        case surplus

        /// Whether it was asked to leave.
        var isAskedToLeave: Bool {
            switch self {
            case .holder, .newcomer: false
            case .leaver, .surplus: true
            }
        }
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
    /// When it was first asked to leave, if it was.
    private(set) var askedAt: Instant?
    /// When it should have left, or died of its abort.
    private(set) var leaveBy: Instant?
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

    /// Takes note that the process exists, and tells it what could not be told before.
    mutating func noteSpawned(at now: Instant, into actions: inout [Action]) {
        stage = .booting
        startedAt = now
        heardAt = now
        watchedFrom = now
        signalOrder(at: now, into: &actions)
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
        leaveBy = limit(of: order).map { now + $0 }
    }
}

extension Worker {
    /// Gives its place up, and asks it to leave unless it is on its way out already.
    mutating func retire(_ reason: Retirement, at now: Instant, into actions: inout [Action]) {
        guard !place.isAskedToLeave else { return }
        place = reason.place
        actions.append(.report(.workerRetired(id, slot: slot, reason: reason)))
        switch order {
        case .none:
            give(.retire(reason), at: now)
            signalOrder(at: now, into: &actions)
        case .retire, .stop, .abort, .kill:
            break
        }
    }

    /// Asks it to leave since the whole arbiter stops.
    mutating func stop(_ mode: StopMode, at now: Instant, into actions: inout [Action]) {
        switch order {
        case .none, .retire, .stop:
            give(.stop(mode), at: now)
            signalOrder(at: now, into: &actions)
        case .abort, .kill:
            break
        }
    }

    /// Kills it, if that has not been done.
    mutating func kill(_ reason: KillReason, at now: Instant, into actions: inout [Action]) {
        switch order {
        case .none, .retire, .stop, .abort:
            give(.kill(reason), at: now)
            signalOrder(at: now, into: &actions)
            actions.append(.report(.workerKilled(id, slot: slot, reason: reason)))
        case .kill:
            break
        }
    }

    /// Has it abort its request and die.
    mutating func abort(_ reason: KillReason, at now: Instant, into actions: inout [Action]) {
        give(.abort(reason), at: now)
        signalOrder(at: now, into: &actions)
        actions.append(.report(.workerAborted(id, slot: slot, reason: reason)))
    }

    /// Sends the signal that its order calls for, if it has one.
    mutating func signalOrder(at now: Instant, into actions: inout [Action]) {
        nudgedAt = now
        switch order {
        case .none: break
        case .retire: send(.terminate(drain: false), into: &actions)
        case .stop(.graceful): send(.terminate(drain: true), into: &actions)
        case .stop(.quick): send(.quit, into: &actions)
        case .abort: send(.abort, into: &actions)
        case .kill: send(.kill, into: &actions)
        }
    }

    /// Sends a signal, if there is a process to get it.
    func send(_ signal: WorkerSignal, into actions: inout [Action]) {
        switch stage {
        case .spawning: break
        case .booting, .ready: actions.append(.signal(signal, id))
        }
    }

    /// Notes the order and its time limit; a later order to leave never prolongs an earlier one.
    private mutating func give(_ order: Order, at now: Instant) {
        let limit = limit(of: order).map { now + $0 }
        switch order {
        case .retire, .stop:
            askedAt = askedAt ?? now
            leaveBy = earliest(leaveBy, limit)
        case .none, .abort, .kill:
            leaveBy = limit
        }
        self.order = order
    }

    private func limit(of order: Order) -> Duration? {
        switch order {
        case .none, .kill: nil
        case .retire, .stop(.graceful): policy.gracefulTimeout
        case .stop(.quick): min(policy.gracefulTimeout, Interval.quick)
        case .abort: Interval.abort
        }
    }
}

extension Retirement {
    /// What a worker is to its slot after that.
    var place: Worker.Place {
        switch self {
        case .replaced, .reloadGivenUp, .recycled, .recyclingGivenUp: .leaver
        case .slotRemoved, .surplus, .allRetired, .handedOver: .surplus
        }
    }
}
