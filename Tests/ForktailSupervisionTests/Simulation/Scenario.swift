import ForktailSupervision
import ForktailTestSupport

/// What the world does to the supervisor, drawn from the seed.
struct Scenario {
    /// Something that happens to the arbiter at a given millisecond.
    struct Incident {
        enum Kind {
            case event(Event)
            /// The arbiter stands still for this number of milliseconds, perhaps all workers with it.
            case pause(Int, withWorkers: Bool)
        }

        let at: Int
        let kind: Kind
    }

    /// When the last incident has happened and nothing fails any more.
    let calmAt: Int
    /// In the order in which they happen.
    let incidents: [Incident]
    let first: Oracle.Settings
    /// Whether the arbiter is told to stop once the world is calm and all workers are ready.
    let stopsInTheEnd: Bool
    /// How often, in percent, something goes wrong with a worker or a fork.
    let crashes: Int
    /// After how long, about, a worker has served its time, if ever.
    let timeToServe: Int?
    /// When the arbiter that this one was started by ends, if there is one.
    let predecessorExitsAt: Int?
    let forkFailures: Int
    /// How long, about, each worker serves until a request comes that crashes it, if one does.
    let crashingRequests: Int?
    /// How often, in percent, the arbiter is late with its next call, and by how many milliseconds at
    /// most.
    let delays: Int
    let longestDelay: Int

    private let seedOfLoad: Int

    init(random: inout SeededGenerator) {
        seedOfLoad = random.number(0, 3)
        calmAt = random.number(500, 7000)
        first = Self.settings(generation: 1, good: 90, random: &random)
        stopsInTheEnd = random.chance(percent: 30)
        crashes = random.chance(percent: 50) ? random.number(0, 60) : 5
        forkFailures = random.chance(percent: 25) ? random.number(5, 60) : 0
        timeToServe = random.chance(percent: 40) ? random.number(100, 6000) : nil
        let rate = [1, 5, 30, 100, 400, 2000][random.number(0, 5)]
        crashingRequests = random.chance(percent: 20) ? rate : nil
        delays = random.chance(percent: 30) ? random.number(1, 40) : 0
        longestDelay = random.chance(percent: 50) ? random.number(1, 100) : random.number(1, 1500)
        predecessorExitsAt = random.chance(percent: 10) ? random.number(0, 12_000) : nil
        incidents = Self.incidents(until: calmAt, random: &random)
    }

    /// Draws a configuration; `good` is the share, in percent, of those whose workers can boot.
    static func settings(
        generation: Int,
        good: Int,
        random: inout SeededGenerator
    ) -> Oracle.Settings {
        let workers = random.number(1, 4)
        let scaling = Scaling(
            maximum: workers + random.number(0, 4),
            idleTime: .milliseconds(random.number(300, 1500)),
            memoryLimit: random.chance(percent: 40) ? random.number(1, 1000) : nil
        )
        let policy = Policy(
            workers: workers,
            scaling: random.chance(percent: 50) ? scaling : nil,
            timeout: random.chance(percent: 90) ? .milliseconds(random.number(100, 1000) * 4) : nil,
            bootTimeout: .milliseconds(random.number(800, 2500)),
            gracefulTimeout: .milliseconds(random.number(500, 4000)),
            shutdownDelay: .milliseconds(
                random.chance(percent: 40) ? random.number(1, 4000) : 0
            ),
            kind: random.chance(percent: 35) ? .program : .own
        )
        return Oracle.Settings(
            generation: generation,
            policy: policy,
            canBoot: random.chance(percent: good),
            forksLate: policy.kind == .own && random.chance(percent: 30),
            isFlaky: random.chance(percent: 10)
        )
    }

    /// What a sample of the load says: for about two seconds the same, as the seed has it.
    func load(ready: Int, at now: Int, random: inout SeededGenerator) -> Load {
        switch (seedOfLoad &+ now / 2000) % 4 {
        case 0:
            Load(
                busy: ready,
                waiting: random.number(1, 5),
                memory: Self.memory(of: ready, random: &random)
            )
        case 1:
            Load(
                busy: random.number(0, ready),
                waiting: random.number(0, 2),
                memory: Self.memory(of: ready, random: &random)
            )
        default: Load(busy: 0, waiting: 0)
        }
    }

    /// What some of the workers occupy.
    private static func memory(of ready: Int, random: inout SeededGenerator) -> MemoryUse? {
        let count = ready - random.number(0, 1)
        guard count > 0 else { return nil }
        let sizes = (0..<count).map { _ in random.number(1, 200) }
        return MemoryUse(workers: count, total: sizes.reduce(0, +), largest: sizes.max() ?? 0)
    }

    private static func incidents(until end: Int, random: inout SeededGenerator) -> [Incident] {
        var at = 0
        var incidents: [Incident] = []
        for _ in 0..<random.number(0, 9) {
            at += random.chance(percent: 40) ? random.number(0, 30) : random.number(0, end / 3)
            guard at < end else { break }
            incidents.append(Incident(at: at, kind: incident(random: &random)))
        }
        return incidents
    }

    private static func incident(random: inout SeededGenerator) -> Incident.Kind {
        switch random.number(0, 99) {
        case 0..<30: .event(.reload)
        case 30..<38: .event(.addWorker)
        case 38..<46: .event(.setWorkers(random.number(0, 6)))
        case 46..<58: .event(.removeWorker)
        case 58..<60: .event(.reopenLogs)
        case 60..<65: .event(.stop(.graceful))
        case 65..<68: .event(.stop(.quick))
        case 68..<75: .event(.retireAll)
        case 75..<84: .event(.upgrade)
        case 84..<89: .event(recycling(random: &random))
        default: .pause(random.number(500, 15_000), withWorkers: random.chance(percent: 40))
        }
    }

    /// Asks for any worker, known or not, ready or not.
    private static func recycling(random: inout SeededGenerator) -> Event {
        .recycle(WorkerID(number: random.number(1, 9)), .memory(bytes: 1 << 30))
    }
}
