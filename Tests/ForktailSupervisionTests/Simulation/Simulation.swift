import ForktailSupervision
import ForktailTestSupport

/// A simulated kernel with an arbiter: a seeded world in which workers boot slowly, crash, hang,
/// ignore signals, serve their time and die at any moment, forks fail, commands come in any order,
/// another arbiter comes and goes, and the arbiter itself is late: between any two of its calls, by a
/// little or by seconds, alone or with all workers.
///
/// `Simulation+World` is what happens beside the arbiter, `Simulation+Shell` the arbiter's loop, call by
/// call. After every event the invariants are checked; once the world is calm the right workers must be
/// there within a bounded time.
struct Simulation {
    /// A worker that could not boot.
    struct Failure {
        let slot: Int
        let generation: Int
    }

    /// The end of a slot's last worker, if it was not asked to leave.
    struct End {
        /// Whether it was able to boot.
        var hasBooted = false
        /// Whether it had served.
        var hasServed = false
        /// When workers of the slot ended that had served.
        var endsOfService: [Int] = []
    }

    /// After this many calm milliseconds everything must be in order.
    static let settlingTime = 120_000

    let seed: Int
    let scenario: Scenario
    var random: SeededGenerator
    var supervisor: Supervisor
    var oracle: Oracle
    var workers: [SimulatedWorker] = []
    var coverage = Coverage()
    var trace: Trace?
    var now = 0
    /// The time at which the supervisor was given the last event.
    var handledAt = 0
    /// The time by which the workers are judged in this round.
    var heardUntil = 0
    /// The last sample of the load, when there was enough to do, and when the number last changed for it.
    var sample: Load?
    var busyAt = 0
    var scaledAt = 0
    var nextSampleAt = 0
    /// The signals to the arbiter that it has not read.
    var caught: [Event] = []
    /// The workers that have ended and were not reaped.
    var ended: [WorkerID] = []
    /// The arbiter does nothing before this time.
    var awakeAt = 0
    /// How long the arbiter has been late in all.
    var lost = 0
    /// When the last pause began, and the one before.
    var pauses = (before: -1, last: -1)
    /// When the arbiter last handled an event after a pause.
    var resumedAt = 0
    /// When the listen queues will be empty, once they are drained.
    var queuesAreEmptyAt = SimulatedWorker.never
    /// What will be heard of the other arbiter.
    var tiding: Tiding?
    /// The configuration that was just loaded.
    var upcoming: Oracle.Settings?
    /// The generations whose configurations were adopted.
    var adopted: Set<Int> = [1]
    /// The forks that have failed and whose failure the supervisor does not know yet.
    var failedForks = 0
    /// The workers that other processes were asked to fork, in the order in which they were.
    var lateForks: [LateFork] = []
    /// How the last worker of each slot ended.
    var ends: [Int: End] = [:]
    /// The workers that could not boot.
    var failures: [Failure] = []
    var nextIncident = 0
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
            stopInTheEnd()
            try runRound()
        }
        coverage.finishSeed()
    }

    var isCalm: Bool {
        now >= scenario.calmAt && nextIncident == scenario.incidents.count
    }

    private var isOver: Bool {
        oracle.exit != nil || (isCalm && isSettled && !scenario.stopsInTheEnd)
    }

    private mutating func stopInTheEnd() {
        guard isCalm, isSettled, !isFinallyStopped, oracle.stops == 0 else { return }
        isFinallyStopped = true
        coverage.see(.settled)
        caught.append(.stop(random.chance(percent: 50) ? .graceful : .quick))
        if random.chance(percent: 20) { caught.append(.stop(.graceful)) }
    }
}
