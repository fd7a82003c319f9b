import ForktailSupervision

/// The arbiter's loop, call by call, in the order of `Arbiter.runRound`; time may pass before each call.
extension Simulation {
    mutating func runRound() throws(Violation) {
        try wait()
        elapse()
        heardUntil = now
        for index in workers.indices { workers[index].noteSampling() }
        for id in workers.map(\.id) {
            elapse()
            try readHeartbeats(id)
        }
        try hearOfForks()
        elapse()
        if let tiding, tiding.at <= now { try deliver(hear(tiding)) }
        elapse()
        if isSampling, nextSampleAt <= now {
            nextSampleAt = now + 500
            try deliver(.loadSampled(scenario.load(ready: readyCount, at: now, random: &random)))
        }
        elapse()
        if queuesAreEmptyAt <= now {
            queuesAreEmptyAt = SimulatedWorker.never
            try deliver(.queuesDrained)
        }
        let signals = caught
        caught = []
        try reap()
        for signal in signals {
            elapse()
            try handleSignal(signal)
        }
        elapse()
        try deliver(.tick(heardUntil: Self.instant(heardUntil)))
        try superviseForks()
        try checkDeadline()
    }

    /// Waits until there is something to read, or the deadline has come.
    private mutating func wait() throws(Violation) {
        guard !hasInput else { return }
        let deadline = supervisor.nextDeadline.map(Self.milliseconds) ?? SimulatedWorker.never
        let sample = isSampling ? max(nextSampleAt, now) : SimulatedWorker.never
        let message = min(min(queuesAreEmptyAt, sample), tiding?.at ?? SimulatedWorker.never)
        let at = min(nextOccurrence, min(deadline, message))
        if at == SimulatedWorker.never, !isCalm { return advance(to: scenario.calmAt) }
        let end = scenario.calmAt + awakeAt + lost + Self.settlingTime
        try require(at < end, "the world settles in time")
        advance(to: at)
    }

    private var isSampling: Bool { !isCalm && supervisor.counts.bounds != nil }

    private var hasInput: Bool {
        if let tiding, tiding.at <= now { return true }
        if queuesAreEmptyAt <= now { return true }
        if hasForkAnswers { return true }
        for worker in workers where worker.isKnown && !worker.pipe.isEmpty {
            return true
        }
        return !ended.isEmpty || !caught.isEmpty
    }

    private mutating func readHeartbeats(_ id: WorkerID) throws(Violation) {
        for index in workers.indices where workers[index].id == id && workers[index].isKnown {
            let messages = workers[index].pipe
            workers[index].pipe = []
            for message in messages {
                elapse()
                try deliver(message)
            }
            return
        }
    }

    private mutating func reap() throws(Violation) {
        while !ended.isEmpty {
            elapse()
            let id = ended.removeFirst()
            try hearOfForks()
            try readHeartbeats(id)
            for worker in workers where worker.id == id {
                try deliver(.exited(id, worker.status, hasServed: worker.hasServed))
            }
            if random.chance(percent: 5) { try deliver(.heartbeat(id)) }
        }
    }

    /// A stop is first agreed on with the other arbiter, which may stop as well.
    private mutating func handleSignal(_ signal: Event) throws(Violation) {
        if case .stop = signal, oracle.upgrade.sharesListeners, random.chance(percent: 40) {
            try deliver(.otherArbiterStops)
        }
        try deliver(signal)
    }

    /// Hands an event to the supervisor, performs what it wants, and hands in the answers.
    mutating func deliver(_ event: Event) throws(Violation) {
        var events = [event]
        var next = 0
        while next < events.count, oracle.exit == nil {
            try handle(events[next], answers: &events)
            next += 1
        }
    }

    private mutating func handle(_ event: Event, answers: inout [Event]) throws(Violation) {
        let before = Snapshot(
            ready: readyCount,
            isReloading: oracle.isRolling,
            upgrade: oracle.upgrade
        )
        handledAt = now
        noteIncoming(event)
        let actions = supervisor.handle(event, at: Self.instant(now))
        trace?.note(event, actions, supervisor, at: now)
        for action in actions {
            elapse()
            try perform(action, answers: &answers)
        }
        try checkDrainer()
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
            answers.append(.signalSent(id))
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
        if settings.forksLate { return forkLate(id, slot: slot, settings) }
        if !isCalm, random.chance(percent: scenario.forkFailures) {
            noteFailure(slot: slot, generation: generation)
            failedForks += 1
            return answers.append(.spawnFailed(id))
        }
        workers.append(makeWorker(id, slot: slot, settings))
        answers.append(.spawned(id))
    }
}
