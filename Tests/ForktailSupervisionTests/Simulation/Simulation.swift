import ForktailSupervision
import ForktailTestSupport

/// A simulated kernel with an arbiter: a seeded world in which workers boot slowly, crash, hang,
/// ignore signals, serve their time and die at any moment, forks fail, commands come in any order,
/// another arbiter comes and goes, and the arbiter itself stands still for a while.
///
/// After every event the invariants are checked; once the world is calm the right workers must be
/// there within a bounded time.
struct Simulation {
    /// A worker that could not boot.
    struct Failure {
        let slot: Int
        let generation: Int
    }

    /// After this many calm milliseconds everything must be in order.
    static let patience = 120_000

    let seed: Int
    let scenario: Scenario
    var random: SeededGenerator
    var supervisor: Supervisor
    var oracle: Oracle
    var workers: [SimulatedWorker] = []
    var coverage = Coverage()
    var trace: Trace?
    /// The time of the event that is being handled.
    var now = 0
    /// The arbiter handles nothing before this time.
    private(set) var awakeAt = 0
    /// When the last pause began, and the one before.
    private(set) var pauses = (before: -1, last: -1)
    /// When the arbiter last handled an event after a pause.
    var resumedAt = 0
    /// What will be heard of the other arbiter.
    var tiding: Tiding?
    /// The configuration that was just loaded.
    private(set) var upcoming: Oracle.Settings?
    /// The generations whose configurations were adopted.
    private(set) var adopted: Set<Int> = [1]
    /// The forks that have failed and whose failure the supervisor does not know yet.
    var failedForks = 0
    /// The workers that could not boot.
    var failures: [Failure] = []
    private var nextIncident = 0
    private var isFinallyStopped = false

    init(seed: Int, traced: Bool = false) {
        self.seed = seed
        random = SeededGenerator(seed: UInt64(truncatingIfNeeded: seed))
        scenario = Scenario(random: &random)
        supervisor = Supervisor(
            policy: scenario.first.policy,
            predecessorRuns: scenario.predecessorExitsAt != nil
        )
        oracle = Oracle(scenario.first, scenario.predecessorExitsAt == nil ? .none : .predecessor)
        tiding = scenario.predecessorExitsAt.map { Tiding(at: $0, event: .predecessorExited) }
        trace = traced ? Trace() : nil
    }

    /// Runs the world to its end.
    mutating func run() throws(Violation) {
        try deliver(.start)
        while !isOver {
            try step()
        }
        coverage.finishSeed()
    }

    var isCalm: Bool {
        now >= scenario.calmAt && nextIncident == scenario.incidents.count
    }

    private var isOver: Bool {
        oracle.exit != nil || (isCalm && isSettled && !scenario.stopsInTheEnd)
    }

    /// Lets the next thing happen.
    private mutating func step() throws(Violation) {
        if try stopInTheEnd() { return }
        let incidentAt =
            nextIncident < scenario.incidents.count
            ? scenario.incidents[nextIncident].at : SimulatedWorker.never
        let worker = soonestWorker
        let workerAt = worker.map { workers[$0].nextAt } ?? SimulatedWorker.never
        let tickAt = supervisor.nextDeadline.map(Self.milliseconds) ?? SimulatedWorker.never
        let heardAt = tiding?.at ?? SimulatedWorker.never
        let at = min(incidentAt, workerAt, min(tickAt, heardAt))
        if at == SimulatedWorker.never, !isCalm { return pass(to: scenario.calmAt) }
        try require(at < scenario.calmAt + awakeAt + Self.patience, "the world settles in time")
        pass(to: at)
        // After a pause much is known at one time, and the arbiter looks at the workers first.
        if workerAt <= now, let worker {
            try act(worker)
        } else if at == incidentAt {
            try happen()
        } else if at == heardAt, let tiding {
            try deliver(hear(tiding))
        } else {
            try deliver(.tick)
        }
    }

    private mutating func pass(to instant: Int) {
        now = max(now, instant, awakeAt)
        guard isCalm else { return }
        for index in workers.indices where workers[index].hangsAt > now {
            workers[index].hangsAt = SimulatedWorker.never
        }
    }

    private mutating func stopInTheEnd() throws(Violation) -> Bool {
        guard isCalm, isSettled, !isFinallyStopped, oracle.stops == 0 else { return false }
        isFinallyStopped = true
        coverage.see(.settled)
        try stop(random.chance(percent: 50) ? .graceful : .quick)
        if random.chance(percent: 20) { try deliver(.stop(.graceful)) }
        return true
    }

    private mutating func happen() throws(Violation) {
        let incident = scenario.incidents[nextIncident]
        nextIncident += 1
        switch incident.kind {
        case .event(.stop(let mode)): try stop(mode)
        case .event(let event): try deliver(event)
        case .pause(let duration, let withWorkers): pause(for: duration, withWorkers: withWorkers)
        }
    }

    /// Tells the arbiter to stop, and first, if it is so, that the other one stops as well.
    private mutating func stop(_ mode: StopMode) throws(Violation) {
        if oracle.upgrade.sharesListeners, random.chance(percent: 40) {
            try deliver(.otherArbiterStops)
        }
        try deliver(.stop(mode))
    }

    private mutating func pause(for duration: Int, withWorkers: Bool) {
        awakeAt = max(awakeAt, now + duration)
        pauses = (before: pauses.last, last: now)
        let subject = withWorkers ? "all stand" : "the arbiter stands"
        trace?.note("\(subject) still until \(awakeAt) ms", at: now)
        guard withWorkers else { return }
        for index in workers.indices {
            workers[index].sleep(from: now, to: awakeAt)
        }
    }

    private var soonestWorker: Int? {
        var soonest: Int?
        var at = SimulatedWorker.never
        for index in workers.indices where workers[index].nextAt < at {
            at = workers[index].nextAt
            soonest = index
        }
        return soonest
    }
}

extension Simulation {
    /// Lets a worker do what it does next: die, get ready, or beat.
    private mutating func act(_ index: Int) throws(Violation) {
        let worker = workers[index]
        if worker.servedAt == worker.nextAt {
            workers[index].servedAt = SimulatedWorker.never
            try deliver(.recycle(worker.id, .requests(worker.id.number)))
        } else if worker.diesAt <= min(worker.readyAt, worker.beatAt) {
            try deliver(.exited(worker.id, worker.status, hasServed: worker.hasServed))
            if random.chance(percent: 5) { try deliver(.heartbeat(worker.id)) }
        } else if worker.readyAt <= worker.beatAt {
            workers[index].readyAt = SimulatedWorker.never
            guard worker.hangsAt > now else { return }
            workers[index].beatAt = now + 1000
            try deliver(.ready(worker.id))
        } else {
            let hangs = worker.hangsAt <= now
            workers[index].beatAt = hangs ? SimulatedWorker.never : now + 1000
            if !hangs { try deliver(.heartbeat(worker.id)) }
        }
    }

    /// Hands an event to the supervisor, performs what it wants, and hands in the answers.
    private mutating func deliver(_ event: Event) throws(Violation) {
        var events = [event]
        var next = 0
        while next < events.count {
            try handle(events[next], answers: &events)
            next += 1
        }
        try checkDeadline()
    }

    private mutating func handle(_ event: Event, answers: inout [Event]) throws(Violation) {
        let before = Snapshot(
            ready: readyCount,
            isReloading: oracle.isRolling,
            upgrade: oracle.upgrade
        )
        noteIncoming(event)
        let actions = supervisor.handle(event, at: Self.instant(now))
        trace?.note(event, actions, supervisor, at: now)
        for action in actions {
            try perform(action, answers: &answers)
        }
        try checkInvariants(after: event, actions, before: before)
    }

    private mutating func perform(
        _ action: Action,
        answers: inout [Event]
    ) throws(Violation) {
        try require(oracle.exit == nil, "nothing is done after the exit")
        switch action {
        case .spawn(let id, let slot, let generation):
            try spawn(id, slot: slot, generation: generation, answers: &answers)
        case .signal(let signal, let id):
            try send(signal, to: id)
        case .loadConfiguration:
            answers.append(load())
        case .adoptConfiguration(let generation):
            try require(generation == oracle.generations, "the last configuration is adopted")
            try require(adopted.insert(generation).inserted, "it is adopted once")
        case .reopenLogs, .stopping:
            break
        case .startUpgrade:
            try startUpgrade(answers: &answers)
        case .cancelUpgrade:
            try cancelUpgrade()
        case .beginDrain:
            try beginDrain()
        case .becameReady:
            try checkBecameReady()
        case .reloadCompleted(let generation):
            try checkCompleted(generation)
        case .reloadAbandoned(let failure):
            try checkAbandoned(failure)
        case .report(let notice):
            try check(notice)
        case .exit(let reason):
            try checkExit(reason)
        }
    }

    private mutating func load() -> Event {
        guard random.chance(percent: 85) else { return .configurationRejected }
        let generation = oracle.generations + 1
        let settings = Scenario.settings(generation: generation, good: 65, random: &random)
        upcoming = settings
        return .configurationLoaded(settings.policy)
    }

    private mutating func spawn(
        _ id: WorkerID,
        slot: Int,
        generation: Int,
        answers: inout [Event]
    ) throws(Violation) {
        try checkSpawn(id, slot: slot, generation: generation)
        guard let settings = oracle.settings(of: generation) else { return }
        if !isCalm, random.chance(percent: scenario.forkFailures) {
            noteFailure(slot: slot, generation: generation)
            failedForks += 1
            return answers.append(.spawnFailed(id))
        }
        workers.append(makeWorker(id, slot: slot, settings))
        answers.append(.spawned(id))
    }
}
