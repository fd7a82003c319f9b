/// A live worker process, and what the supervisor waits for from it.
///
/// It judges itself by the time that it is given: if it is silent or slow to boot it is aborted; if
/// it was asked to leave and is still there it is killed. Its time limits are those of its own
/// generation.
struct Worker {
    /// What it is to its slot.
    enum Role: Equatable {
        /// It serves the slot, or boots to serve it.
        case current
        /// It boots beside the current worker, to replace it.
        case replacement
        /// It was asked to leave because of a replacement: it is one process too many.
        case leaving
        /// It was asked to leave because it is no longer wanted.
        case surplus

        /// Whether it was asked to leave.
        var isAskedToLeave: Bool {
            switch self {
            case .current, .replacement: false
            case .leaving, .surplus: true
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
    var role: Role
    private(set) var stage = Stage.spawning
    private(set) var instruction = Instruction.none
    private(set) var startedAt: Instant
    /// When its last sign of life came.
    private(set) var heardAt: Instant
    /// Whether it hangs if it gives no sign of life.
    private(set) var beats: Bool
    /// Where the time limit on its next sign of life, or on its boot, counts from.
    private(set) var watchedFrom: Instant
    /// When it was first asked to leave, if it was.
    private(set) var askedAt: Instant?
    /// When it has to be gone, or dead of its abort.
    private(set) var leaveBy: Instant?
    /// When the signal of its instruction was last to be sent.
    private(set) var sentAt: Instant
    /// When its instruction was decided on, until the signal is sent.
    private var unsentSince: Instant?

    init(id: WorkerID, slot: Int, generation: Generation, role: Role, at now: Instant) {
        self.id = id
        self.slot = slot
        self.generation = generation.number
        policy = generation.policy
        self.role = role
        startedAt = now
        heardAt = now
        beats = generation.policy.kind == .own
        watchedFrom = now
        sentAt = now
    }
}

extension Worker {
    /// Whether it serves, and was not asked to do anything else.
    var isServing: Bool {
        isReady && instruction == .none
    }

    /// Whether it has reported that it is ready.
    var isReady: Bool {
        switch stage {
        case .spawning, .booting: false
        case .ready: true
        }
    }

    /// How long it has been ready; `nil` if it is not.
    func health(at now: Instant) -> Duration? {
        switch stage {
        case .spawning, .booting: nil
        case .ready(let since): now - since
        }
    }

    /// Notes that the process exists, and sends the instruction that could not be sent before.
    mutating func noteSpawned(at now: Instant, into actions: inout [Action]) {
        stage = .booting
        startedAt = now
        heardAt = now
        restartLimits(at: now)
        sendInstruction(at: now, into: &actions)
    }

    /// Notes that it is ready.
    mutating func noteReady(at now: Instant) {
        stage = .ready(since: now)
        heardAt = now
        watchedFrom = now
    }

    /// Notes a sign of life; before it is ready only its boot counts.
    mutating func noteHeartbeat(at now: Instant) {
        beats = true
        guard isReady else { return }
        heardAt = now
        watchedFrom = now
    }

    /// Restarts every time limit.
    mutating func restartLimits(at now: Instant) {
        watchedFrom = now
        leaveBy = limit(of: instruction).map { now + $0 }
        unsentSince = unsentSince.map { max($0, now) }
    }
}

extension Worker {
    /// Takes its role away, and asks it to leave unless it is leaving already.
    mutating func retire(_ reason: Retirement, at now: Instant, into actions: inout [Action]) {
        guard !role.isAskedToLeave else { return }
        role = reason.role
        actions.append(.report(.workerRetired(id, slot: slot, reason: reason)))
        switch instruction {
        case .none:
            order(.retire(reason), at: now, into: &actions)
        case .retire, .drain, .stop, .abort, .kill:
            break
        }
    }

    /// Leaves it to serve the listen queues, as the last one.
    mutating func drain(at now: Instant) {
        instruct(.drain, at: now)
    }

    /// Asks it to leave because the whole arbiter stops.
    mutating func stop(_ mode: StopMode, at now: Instant, into actions: inout [Action]) {
        switch instruction {
        case .retire where policy.kind == .program && mode == .graceful:
            // It was told to leave by the same signal.
            instruct(.stop(mode), at: now)
        case .none, .retire, .drain, .stop:
            order(.stop(mode), at: now, into: &actions)
        case .abort, .kill:
            break
        }
    }

    /// Kills it, unless that was done before.
    mutating func kill(_ reason: KillReason, at now: Instant, into actions: inout [Action]) {
        switch instruction {
        case .none, .retire, .drain, .stop, .abort:
            order(.kill(reason), at: now, into: &actions)
            actions.append(.report(.workerKilled(id, slot: slot, reason: reason)))
        case .kill:
            break
        }
    }

    /// Makes it abort its request and die.
    mutating func abort(_ reason: KillReason, at now: Instant, into actions: inout [Action]) {
        order(.abort(reason), at: now, into: &actions)
        actions.append(.report(.workerAborted(id, slot: slot, reason: reason)))
    }

    /// Sends the signal of its instruction, if there is one.
    mutating func sendInstruction(at now: Instant, into actions: inout [Action]) {
        sentAt = now
        switch instruction {
        case .none, .drain: break
        case .retire: send(.terminate(drain: false), into: &actions)
        case .stop(.graceful): send(.terminate(drain: true), into: &actions)
        case .stop(.quick): send(.quit, into: &actions)
        case .abort: send(.abort, into: &actions)
        case .kill: send(.kill, into: &actions)
        }
    }

    /// Notes that the signal of its instruction was sent: its time to obey begins only then.
    mutating func noteSignalSent(at now: Instant) {
        guard let decidedAt = unsentSince else { return }
        leaveBy = leaveBy.map { $0 + (now - decidedAt) }
        unsentSince = nil
    }

    /// Sends a signal, if there is a process.
    func send(_ signal: WorkerSignal, into actions: inout [Action]) {
        if stage != .spawning { actions.append(.signal(signal, id)) }
    }

    /// Sets the instruction and sends its signal.
    private mutating func order(
        _ instruction: Instruction,
        at now: Instant,
        into actions: inout [Action]
    ) {
        instruct(instruction, at: now)
        unsentSince = now
        sendInstruction(at: now, into: &actions)
    }

    /// Sets the instruction and its time limit; a later request to leave never extends an earlier
    /// one.
    private mutating func instruct(_ instruction: Instruction, at now: Instant) {
        let limit = limit(of: instruction).map { now + $0 }
        switch instruction {
        case .retire, .drain, .stop:
            askedAt = askedAt ?? now
            leaveBy = earliest(leaveBy, limit)
        case .none, .abort, .kill:
            leaveBy = limit
        }
        self.instruction = instruction
    }

    private func limit(of instruction: Instruction) -> Duration? {
        switch instruction {
        case .none, .kill: nil
        case .retire, .drain, .stop(.graceful): policy.gracefulTimeout
        case .stop(.quick): min(policy.gracefulTimeout, Interval.quick)
        case .abort: Interval.abort
        }
    }
}

extension Retirement {
    /// The role of a worker that is retired for this reason.
    var role: Worker.Role {
        switch self {
        case .replaced, .reloadGivenUp, .recycled, .recyclingGivenUp: .leaving
        case .slotRemoved, .notNeeded, .surplus, .allRetired, .handedOver: .surplus
        }
    }
}
