import ForktailSupervision

/// A process of the simulated kernel; all times are milliseconds since boot.
struct SimulatedWorker {
    static let never = Int.max

    let id: WorkerID
    let slot: Int
    let generation: Int
    let policy: Policy
    let spawnedAt: Int
    /// Whether the supervisor knows that it exists; another process may fork it later.
    var isKnown = true
    /// When the supervisor heard that another process has forked it.
    var heardOfAt = 0

    /// When it will say that it is ready, and when it will beat next.
    var readyAt = never
    var beatAt = never
    /// How often it beats once it has begun; a program may never beat, or rarely.
    var interval = never
    /// When it will have served its time.
    var servedAt = never
    /// When it stops to beat and to obey, without dying.
    var hangsAt = never
    /// When it will die, and how.
    var diesAt = never
    var status = ExitStatus.exited(code: 0)
    /// Whether it serves a request as soon as it is ready.
    var isAsked = false
    /// Whether it is dead.
    private(set) var hasEnded = false
    /// How it takes signals.
    var ignoresTerm = false
    var losesFirstSignal = false
    var survivesAbort = false
    /// How long its request takes that it must finish before it leaves.
    var requestTime = 0

    /// What it has written into its pipe and the arbiter has not read.
    var pipe: [Event] = []
    /// When it last wrote there that it is alive, and the same as it was at the time by which it is
    /// judged.
    private(set) var wroteAt = 0
    private(set) var wroteBeforeSampling = 0
    /// When it wrote that it is ready.
    var becameReadyAt = never
    /// Whether it has written a heartbeat.
    private(set) var hasBeaten = false

    /// What the supervisor was told of it and has asked of it.
    var isReady = false
    var hasBeenHeard = false
    var readySince = never
    var heardAt: Int
    var instruction = Instruction.none
    var orderedAt = 0
    /// When it was last asked to leave.
    var nudgedAt = 0
    /// Why it was retired, if it was; a later abort or kill does not change that.
    var retirement: Retirement?
    /// Why it has served its time, if the supervisor knows that it has.
    var recycling: RecycleReason?
    /// When it was first asked to leave.
    var askedAt = never
    /// The stop signals that it was sent, where it takes each of them once.
    private(set) var stopSignals: Set<WorkerSignal> = []

    init(id: WorkerID, slot: Int, _ settings: Oracle.Settings, at now: Int) {
        self.id = id
        self.slot = slot
        generation = settings.generation
        policy = settings.policy
        spawnedAt = now
        heardAt = now
        let often = min(1000, policy.timeout.map { Simulation.milliseconds($0) / 4 } ?? 1000)
        if !isProgram { interval = often }
    }

    /// Whether it is a program, not a worker of forktail's own.
    var isProgram: Bool {
        policy.kind == .program
    }

    /// Whether it counts as hung if it is silent, as far as the supervisor can know.
    var isWatched: Bool {
        !isProgram || hasBeenHeard
    }

    var isServing: Bool {
        isReady && instruction == .none
    }

    /// Whether it was asked to leave while the others stay.
    var isRetired: Bool {
        retirement != nil
    }

    /// Whether it has answered a request or was busy with one.
    var hasServed: Bool {
        isReady && isAsked
    }

    /// Whether its end at the given time counts as a failure to boot.
    func failedToBoot(at now: Int) -> Bool {
        !isReady || now - readySince < 1000 && !hasServed
    }

    /// When it does something by itself.
    var nextAt: Int {
        min(min(readyAt, beatAt), min(servedAt, diesAt))
    }

    /// Writes that it is alive.
    mutating func beat(at now: Int) {
        hasBeaten = true
        write(.heartbeat(id), at: now)
        beatAt = now + interval
    }

    /// Writes that it is ready; a program has its own time to beat.
    mutating func getReady(at now: Int) {
        becameReadyAt = now
        write(.ready(id), at: now)
        if !isProgram { beatAt = now + interval }
    }

    private mutating func write(_ message: Event, at now: Int) {
        pipe.append(message)
        wroteAt = now
    }

    /// Notes the stop signal, and tells whether a program has had none that this one repeats.
    mutating func takesOnce(_ signal: WorkerSignal) -> Bool {
        guard isProgram else { return true }
        switch signal {
        case .terminate where stopSignals.isEmpty:
            return stopSignals.insert(.terminate(drain: true)).inserted
        case .terminate: return false
        case .quit: return stopSignals.insert(.quit).inserted
        case .abort, .kill, .reopenLogs: return true
        }
    }

    /// Keeps what the supervisor has decided on before the process existed.
    mutating func takeOver(from known: SimulatedWorker) {
        instruction = known.instruction
        orderedAt = known.orderedAt
        askedAt = known.askedAt
        retirement = known.retirement
    }

    /// Notes the time by which it is judged.
    mutating func noteSampling() {
        wroteBeforeSampling = wroteAt
    }

    /// Does nothing more.
    mutating func end() {
        readyAt = Self.never
        beatAt = Self.never
        servedAt = Self.never
        diesAt = Self.never
        hasEnded = true
    }

    /// Stops for a while: its next actions are delayed by that time.
    mutating func sleep(from now: Int, to end: Int) {
        if readyAt != Self.never { readyAt = max(readyAt, now) + end - now }
        if beatAt != Self.never { beatAt = max(beatAt, now) + end - now }
        if diesAt != Self.never { diesAt = max(diesAt, now) + end - now }
        if hangsAt != Self.never { hangsAt = max(hangsAt, now) + end - now }
        if servedAt != Self.never { servedAt = max(servedAt, now) + end - now }
    }

    mutating func receive(_ signal: WorkerSignal, at now: Int) {
        switch signal {
        case .kill: die(.signaled(number: 9, coreDumped: false), at: now + 5)
        case .abort: if !survivesAbort { die(.signaled(number: 6, coreDumped: true), at: now + 30) }
        case .terminate: leave(at: now + requestTime, asked: now)
        case .quit: leave(at: now + 10, asked: now)
        case .reopenLogs: break
        }
    }

    private mutating func leave(at instant: Int, asked now: Int) {
        guard !ignoresTerm, hangsAt > now else { return }
        guard !losesFirstSignal else { return losesFirstSignal = false }
        die(.exited(code: 0), at: instant)
    }

    private mutating func die(_ status: ExitStatus, at instant: Int) {
        guard instant < diesAt, !hasEnded else { return }
        diesAt = instant
        self.status = status
    }
}
