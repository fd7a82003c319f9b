import ForktailSupervision
import ForktailTestSupport
import ForktailValues
import Testing

/// The number of workers under load curves: steps, waves, spikes and noise, with workers that crash and
/// with reloads, in seeded worlds.
@Suite struct ScalingSimulationTests {
    static let seeds = min(SimulationTests.seeds / 50, 1000)

    @Test func followsAnyLoad() {
        var coverage = ScalingWorld.Coverage()
        for seed in Seed.given.map({ [Int(truncatingIfNeeded: $0)] }) ?? Array(0..<Self.seeds) {
            var world = ScalingWorld(seed: seed)
            do throws(Violation) {
                try world.run()
            } catch {
                Issue.record("\(error)")
                return
            }
            coverage.add(world.coverage)
        }
        guard Seed.given == nil else { return }
        #expect(coverage.grown > Self.seeds && coverage.shrunk > Self.seeds)
        #expect(coverage.steps > Self.seeds / 4 && coverage.crashes > Self.seeds)
        #expect(coverage.reloads > Self.seeds / 10 && coverage.steady > Self.seeds / 4)
        #expect(coverage.held > Self.seeds / 10)
    }
}

/// A service whose clients ask again as soon as they have an answer, so that its load is their number.
private struct ScalingWorld {
    struct Coverage {
        var grown = 0
        var shrunk = 0
        var steps = 0
        var steady = 0
        var crashes = 0
        var reloads = 0
        var held = 0

        mutating func add(_ other: Coverage) {
            grown += other.grown
            shrunk += other.shrunk
            steps += other.steps
            steady += other.steady
            crashes += other.crashes
            reloads += other.reloads
            held += other.held
        }
    }

    /// How many clients there are over a stretch of time.
    private enum Curve: CaseIterable {
        case steady, noise, wave, spikes, storm, reload, step
    }

    private struct SimulatedWorker {
        let id: WorkerID
        let slot: Int
        let generation: Int
        var readyAt: Int
        var leavesAt = Int.max
    }

    private struct Change {
        let at: Int
        let isGrowth: Bool
    }

    private static let stretch = 12_000

    private let seed: Int
    private var random: SeededGenerator
    private let policy: Policy
    private let idleTime: Int
    private let bootTime: Int
    /// What a worker occupies in the end, from its fork on or after it has grown by a part a second.
    private let size: Int
    private let grows: Bool
    private var supervisor: Supervisor
    private var workers: [SimulatedWorker] = []
    private var changes: [Change] = []
    private var now = 0
    private var nextSampleAt = 0
    private var sample: Load?
    private var trace: [String] = []
    private(set) var coverage = Coverage()

    init(seed: Int) {
        self.seed = seed
        random = SeededGenerator(seed: UInt64(truncatingIfNeeded: seed))
        let minimum = random.number(1, 4)
        idleTime = random.number(1000, 4000)
        bootTime = random.number(1, 60)
        size = random.number(10, 100)
        grows = random.number(0, 1) == 1
        let maximum = minimum + random.number(1, 15)
        let room = random.number(minimum, maximum) * size
        policy = Policy(
            workers: minimum,
            scaling: Scaling(
                maximum: maximum,
                idleTime: .milliseconds(idleTime),
                memoryLimit: random.number(0, 1) == 1 ? room + random.number(0, size - 1) : nil
            ),
            timeout: nil,
            bootTimeout: .seconds(30),
            gracefulTimeout: .seconds(30)
        )
        supervisor = Supervisor(policy: policy)
    }

    private var maximum: Int { policy.scaling?.maximum ?? 0 }

    /// The most workers of the same size that the limit of memory has room for.
    private var mostInMemory: Int {
        guard let limit = policy.scaling?.memoryLimit else { return maximum }
        return min(maximum, max(policy.workers, limit / size))
    }

    /// What a worker occupies now.
    private func memory(of worker: SimulatedWorker) -> Int {
        guard grows else { return size }
        let age = max(0, now - worker.readyAt)
        return min(size, size / 4 + size * age / 20_000)
    }

    private var memoryUse: MemoryUse? {
        let serving = workers.filter { $0.readyAt < now }
        guard !serving.isEmpty else { return nil }
        let sizes = serving.map { memory(of: $0) }
        return MemoryUse(
            workers: serving.count { $0.leavesAt == .max },
            total: sizes.reduce(0, +),
            largest: sizes.max() ?? 0
        )
    }

    mutating func run() throws(Violation) {
        try deliver(.start)
        for _ in 0..<random.number(2, 6) {
            try run(Curve.allCases[random.number(0, Curve.allCases.count - 1)])
        }
        // In the end there is nothing to do, for long enough to retire all but the fewest.
        let end = now + (maximum - policy.workers + 3) * (idleTime + 500)
        while now < end { try advance(clients: 0, crashes: 0) }
        try require(supervisor.counts.wanted == policy.workers, "the fewest are left without load")
    }

    private mutating func run(_ curve: Curve) throws(Violation) {
        let start = now
        let level = random.number(0, maximum + 2)
        let other = random.number(0, maximum + 2)
        trace.append("\(now) \(curve) \(level) \(other)")
        switch curve {
        case .steady, .noise, .step:
            let clients = curve == .step ? maximum - 1 : level
            while now < start + Self.stretch {
                let noise = curve == .noise ? random.number(0, 1) : 0
                try advance(clients: clients + noise, crashes: 0)
                guard now == start + 1000, curve == .step else { continue }
                let ready = supervisor.counts.ready
                let most = min(clients, mostInMemory)
                try require(ready >= most, "\(ready) of \(most) serve a second after a step")
                coverage.steps += 1
            }
            try checkSteadiness(since: start + 2 * idleTime)
        case .wave:
            let period = random.number(500, 8000)
            while now < start + Self.stretch {
                // A wave of straight lines.
                let phase = now % period * 2
                let height = abs(phase - period)
                try advance(clients: level * height / period, crashes: 0)
            }
        case .spikes:
            while now < start + Self.stretch {
                let isSpike = now % 1700 < 60
                try advance(clients: isSpike ? level + other : other / 2, crashes: 0)
            }
        case .storm:
            while now < start + Self.stretch { try advance(clients: level, crashes: 12) }
        case .reload:
            coverage.reloads += 1
            try deliver(.reload)
            while now < start + Self.stretch { try advance(clients: level, crashes: 0) }
            try require(supervisor.counts.reloading == nil, "the reload is over")
        }
    }

    /// Under a load that stays the same the number turns round once in an idle time at most.
    private mutating func checkSteadiness(since start: Int) throws(Violation) {
        let recent = changes.filter { $0.at >= start }
        let turns = zip(recent, recent.dropFirst()).filter { $0.isGrowth != $1.isGrowth }.map(
            \.1.at
        )
        for (turn, next) in zip(turns, turns.dropFirst()) {
            try require(next - turn >= idleTime, "it turns round at \(turn) and at \(next)")
        }
        coverage.steady += 1
    }

    /// Lets a millisecond pass; a worker crashes in it with `crashes` in a hundred thousand.
    private mutating func advance(clients: Int, crashes: Int) throws(Violation) {
        now += 1
        for worker in workers where worker.readyAt == now { try deliver(.ready(worker.id)) }
        for worker in workers where worker.leavesAt <= now { try end(worker, .exited(code: 0)) }
        let serving = workers.filter { $0.readyAt < now && $0.leavesAt == .max }
        if clients > 0, random.number(0, 99_999) < crashes * serving.count,
            let victim = serving.first
        {
            coverage.crashes += 1
            try end(victim, .signaled(number: 4, coreDumped: false))
        }
        if let deadline = supervisor.nextDeadline, Simulation.milliseconds(deadline) <= now {
            try deliver(.tick(heardUntil: Simulation.instant(now)))
        }
        guard now >= nextSampleAt else { return }
        let ready = supervisor.counts.ready
        let load = Load(
            busy: min(clients, ready),
            waiting: max(0, clients - ready),
            memory: policy.scaling?.memoryLimit == nil ? nil : memoryUse
        )
        sample = load
        try deliver(.loadSampled(load))
        let isNeeded = load.busy >= ready && supervisor.counts.wanted < maximum
        nextSampleAt = now + (isNeeded ? 50 : 500)
    }

    private mutating func end(_ worker: SimulatedWorker, _ status: ForktailValues.ExitStatus)
        throws(Violation)
    {
        workers.removeAll { $0.id == worker.id }
        try deliver(.exited(worker.id, status, hasServed: true))
    }

    private mutating func deliver(_ event: Event) throws(Violation) {
        var events = [event]
        while !events.isEmpty {
            let event = events.removeFirst()
            let isReloading = supervisor.counts.reloading != nil
            let actions = supervisor.handle(event, at: Simulation.instant(now))
            for action in actions {
                try perform(action, isReloading: isReloading, answers: &events)
            }
        }
        let counts = supervisor.counts
        try require(
            counts.wanted >= policy.workers && counts.wanted <= maximum,
            "within the bounds"
        )
        let staying = workers.filter { $0.leavesAt == .max }.count
        let most = maximum + (counts.reloading == nil ? 0 : 1)
        try require(staying <= most, "\(staying) workers are no more than \(most)")
        guard !grows, counts.reloading == nil else { return }
        try require(counts.wanted <= mostInMemory, "\(counts.wanted) workers have room in memory")
    }

    private mutating func perform(
        _ action: Action,
        isReloading: Bool,
        answers: inout [Event]
    ) throws(Violation) {
        switch action {
        case .spawn(let id, let slot, let generation):
            workers.append(
                SimulatedWorker(id: id, slot: slot, generation: generation, readyAt: now + bootTime)
            )
            answers.append(.spawned(id))
        case .signal(_, let id):
            for index in workers.indices where workers[index].id == id {
                workers[index].leavesAt = min(workers[index].leavesAt, now + random.number(1, 100))
            }
            answers.append(.signalSent(id))
        case .loadConfiguration:
            answers.append(.configurationLoaded(policy))
        case .report(.workersScaled(let from, let to, let reason)):
            try require(!isReloading, "a reload is not scaled")
            trace.append("\(now) \(from) → \(to) \(reason)")
            try checkRoom(for: to, from)
            if to > from { coverage.grown += 1 } else { coverage.shrunk += 1 }
            changes.append(Change(at: now, isGrowth: to > from))
        case .report(.scalingHeld): coverage.held += 1
        default: break
        }
    }

    /// Growth never asks for more memory than there is, however large the new workers become.
    private func checkRoom(for wanted: Int, _ before: Int) throws(Violation) {
        guard wanted > before, let limit = policy.scaling?.memoryLimit else { return }
        guard let use = sample?.memory else { return try require(false, "it is measured") }
        let more = max(0, wanted - use.workers) * use.largest
        try require(use.total + more <= limit, "\(wanted) workers have room in memory")
    }

    private func require(
        _ condition: Bool,
        _ invariant: @autoclosure () -> String
    ) throws(Violation) {
        guard !condition else { return }
        throw Violation(seed: seed, invariant: "at \(now): \(invariant())", trace: trace)
    }
}
