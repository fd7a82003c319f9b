// What the observer knows: what the arbiter publishes and the workers count, read again for each
// answer, and what it was in the last ten minutes, sampled once a second.

import ForktailSystem

/// A look at the service.
struct Sight {
    /// A worker, with what its entry on the scoreboard says.
    struct Worker {
        let facts: ServiceState.Worker
        /// What it has answered; nil where its entry holds garbage, or is not kept.
        let work: Work?
        let connections: Int?
        /// The request that it is answering.
        let request: Score.Request?
        /// For how long it has been, or has waited for the rest of a request.
        let busy: Duration?
        /// The requests that are not finished, the longest first, with their ages, and how many more
        /// there are that are not known.
        var running: (known: [(request: Score.Request, age: Duration)], others: Int) = ([], 0)
        /// How many requests it answered a second lately.
        var rate: Double = 0

        /// One word for what it does.
        var state: String {
            switch facts.stage {
            case .booting: "booting"
            case .leaving: "leaving"
            case .ready where facts.isProgram: "ready"
            case .ready where work == nil: "unknown"
            case .ready where busy == nil: "idle"
            case .ready: request == nil ? "receiving" : "busy"
            }
        }

        /// How long it has been doing that.
        func age(at now: Instant) -> Duration { busy ?? now - facts.started }
    }

    let time: Instant
    let service: ServiceState
    var workers: [Worker]
    /// All that was ever answered.
    let total: Work
    /// How many requests were answered a second lately.
    var rate: Double = 0

    /// How many workers a request occupies.
    var busy: Int { workers.count { $0.busy != nil } }

    /// How many connections wait to be accepted, as far as the kernel tells.
    var queued: Int { service.listeners.compactMap(\.queue).reduce(0, +) }

    /// The connections that workers of the class event hold.
    var connections: Int { workers.compactMap(\.connections).reduce(0, +) }

    /// The percentiles of all answers.
    func latency(_ share: UInt64) -> Duration? { total.latency(ofPercent: share) }

    /// How long the arbiter has not been heard of.
    var unheard: Duration { time - service.published }

    /// Whether the arbiter gives signs of life: it does so once a second.
    var isAlive: Bool { unheard < .seconds(5) }
}

/// What happened in one second.
struct Sample {
    let milliseconds: Int64
    let rate: Float
    let errors: Float
    /// Percentiles in milliseconds; nil where nothing was answered.
    let median: Float?
    let slowest: Float?
    let busy: UInt16
    let queued: UInt32
}

/// Looks at the service.
final class Watch {
    /// Ten minutes.
    static let historyLength = 600
    /// Over how many seconds a rate is taken.
    private static let rateLength = 10

    let board: Board
    private let scoreboard: Scoreboard
    private(set) var history: [Sample] = []
    /// What was answered by then: the last samples, the oldest first.
    private var past: [(time: Instant, total: UInt64, workers: [Int32: UInt64])] = []
    private var lastTotal: Work?
    private var lastTime = Instant.now()
    /// No counter that is shown falls below it.
    private var floor = Work()

    init(board: Board, scoreboard: Scoreboard) {
        self.board = board
        self.scoreboard = scoreboard
    }

    /// Looks now.
    func look() -> Sight {
        let now = Instant.now()
        let (service, scores) = board.read(scoreboard)
        var total = service.ended
        var workers: [Sight.Worker] = []
        for (facts, score) in zip(service.workers, scores) {
            let isKnown = !facts.isProgram && score.work.isPlausible
            if isKnown { total = total + score.work }
            let busy = (score.request?.since ?? score.receivingSince).flatMap {
                Self.age(since: $0, at: now)
            }
            workers.append(
                Sight.Worker(
                    facts: facts,
                    work: isKnown ? score.work : nil,
                    connections: isKnown && score.connections < 1 << 20 ? score.connections : nil,
                    request: isKnown && busy != nil ? score.request : nil,
                    busy: isKnown ? busy : nil,
                    rate: 0
                )
            )
        }
        floor = total.raised(to: floor)
        var sight = Sight(time: now, service: service, workers: workers, total: floor)
        addRates(to: &sight)
        return sight
    }

    /// Looks now, also for the requests that are not finished.
    func lookForRequests() -> Sight {
        var sight = look()
        for (index, worker) in sight.workers.enumerated() where worker.work != nil {
            let shown = scoreboard[min(worker.facts.score, scoreboard.count - 1)].readRunning()
            var known = shown.longest.compactMap { request in
                Self.age(since: request.since, at: sight.time).map { (request: request, age: $0) }
            }
            // What it shows at once may be younger than what it shows once a beat.
            if let request = worker.request, let age = worker.busy,
                !known.contains(where: { other in
                    other.request.since == request.since && other.request.target == request.target
                })
            {
                known.append((request: request, age: age))
            }
            known.sort { $0.age > $1.age }
            let others = max(0, min(shown.count, 1 << 20) - shown.longest.count)
            sight.workers[index].running = (known, others)
        }
        return sight
    }

    /// How long a request has been running; nil where that can't be true.
    private static func age(since start: Duration, at now: Instant) -> Duration? {
        let age = now.sinceBoot.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        guard !age.overflow, age.partialValue > -1_000_000_000, start >= .zero else {
            return nil
        }
        return .nanoseconds(max(0, age.partialValue))
    }

    private func addRates(to sight: inout Sight) {
        guard let oldest = past.first else { return }
        let seconds = Double((sight.time - oldest.time).nanoseconds) / 1e9
        guard seconds > 0.1 else { return }
        sight.rate =
            Double(sight.total.requests - min(oldest.total, sight.total.requests)) / seconds
        for index in sight.workers.indices {
            guard let requests = sight.workers[index].work?.requests else { continue }
            let before = oldest.workers[sight.workers[index].facts.process] ?? 0
            sight.workers[index].rate = Double(requests - min(before, requests)) / seconds
        }
    }

    /// Keeps a sample; to be called once a second.
    func sample() {
        let sight = look()
        let workers = sight.workers.map { ($0.facts.process, $0.work?.requests ?? 0) }
        past.append(
            (sight.time, sight.total.requests, Dictionary(workers, uniquingKeysWith: { $1 }))
        )
        if past.count > Self.rateLength { past.removeFirst() }
        if let lastTotal {
            let work = sight.total - lastTotal
            let seconds = max(0.1, Float((sight.time - lastTime).nanoseconds) / 1e9)
            history.append(
                Sample(
                    milliseconds: WallClock.now().milliseconds,
                    rate: Float(work.requests) / seconds,
                    errors: Float(work.answers[5]) / seconds,
                    median: Self.milliseconds(work.latency(ofPercent: 50)),
                    slowest: Self.milliseconds(work.latency(ofPercent: 99)),
                    busy: UInt16(clamping: sight.busy),
                    queued: UInt32(clamping: sight.queued)
                )
            )
            if history.count > Self.historyLength { history.removeFirst() }
        }
        lastTotal = sight.total
        lastTime = sight.time
    }

    private static func milliseconds(_ latency: Duration?) -> Float? {
        latency.map { Float($0.nanoseconds) / 1e6 }
    }
}
