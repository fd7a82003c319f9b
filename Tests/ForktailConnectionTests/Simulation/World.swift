// A world of clients around the machine: drawn from a seed, driven event by event.
//
// It plays the kernel, the clients, the handlers, the clock and both drivers. It does what a step
// says and nothing else, in any order that a driver may do it, and checks after every event what
// must hold (World+Invariants.swift), and at the end of each connection what its client got
// (World+Verdict.swift).

import ForktailHTTP
import ForktailTestSupport
import ForktailValues

@testable import ForktailConnection

final class World {
    enum Incident {
        case stop, abort, evict, crash
        case jump(Int)
    }

    private enum Action {
        case client(Session)
        case server(Session)
    }

    let seed: Int
    var random: SeededGenerator
    let rules: ConnectionRules
    /// Whether the blocking driver runs, one connection after the other.
    let isBlocking: Bool
    /// Whether the event loop gives handlers to threads.
    let hasHandlerThreads: Bool
    /// Whether handlers are tasks of the event loop.
    let hasTasks: Bool
    let workspace: Workspace
    let threadWorkspaces: [Workspace]
    var freeThreads: [Int]
    private(set) var sessions: [Session] = []
    private var incidents: [(at: Int, incident: Incident)] = []
    /// When clients do nothing new any more.
    let calmAt: Int
    var now = 0
    var coverage = Coverage()
    var trace: Trace?
    private(set) var isStopped = false
    private(set) var hasCrashed = false
    /// After how many events the worker crashes.
    var crashesAfter: Int?
    private var actions: [Action] = []

    /// The calm milliseconds after which everything must be over.
    private static let settlingTime = 200_000
    /// No world takes a tenth of this number of events.
    static let mostEvents = 100_000
    var events = 0

    init(seed: Int, traced: Bool = false) {
        self.seed = seed
        random = SeededGenerator(seed: UInt64(truncatingIfNeeded: seed))
        trace = traced ? Trace() : nil
        rules = Self.rules(random: &random)
        let isBlocking = random.chance(percent: 30)
        self.isBlocking = isBlocking
        hasHandlerThreads = random.chance(percent: 50) && !isBlocking
        hasTasks = random.chance(percent: 50) && !isBlocking && !hasHandlerThreads
        workspace = Workspace(rules, mayBlock: isBlocking, endsAtOnce: true)
        var threadWorkspaces: [Workspace] = []
        for _ in 0..<(isBlocking ? 0 : random.number(0, 3)) {
            threadWorkspaces.append(
                Workspace(rules, mayBlock: true, endsAtOnce: false)
            )
        }
        self.threadWorkspaces = threadWorkspaces
        freeThreads = Array(threadWorkspaces.indices)
        calmAt = random.number(100, 15_000)
        for index in 0..<random.number(1, 3) {
            let client = SimulatedClient(
                index: index,
                hasProxyHeader: rules.proxyParser != nil,
                random: &random
            )
            sessions.append(Session(index: index, client: client))
        }
        drawIncidents()
        if isBlocking { coverage.see(.blockingDriver) }
    }

    private static func rules(random: inout SeededGenerator) -> ConnectionRules {
        var rules = ConnectionRules()
        rules.keepalive = random.chance(percent: 80) ? .milliseconds(random.number(500, 5000)) : nil
        if random.chance(percent: 20) { rules.keepaliveRequests = random.number(0, 3) }
        rules.bodyBufferSize = random.choice([0, 10, 100, 65_536])
        rules.requestRate = random.chance(percent: 15) ? random.number(1, 100) : nil
        rules.timeout =
            random.chance(percent: 60) ? .milliseconds(random.number(1000, 6000)) : nil
        rules.gracefulTimeout = .milliseconds(random.number(1000, 10_000))
        rules.headerTimeout = .milliseconds(random.number(1000, 10_000))
        rules.bodyTimeout = .milliseconds(random.number(1000, 10_000))
        rules.writeTimeout = .milliseconds(random.number(1000, 10_000))
        if random.chance(percent: 10) { rules.limits.body = 120 }
        if random.chance(percent: 15) {
            rules.proxyParser = ProxyHeaderParser()
            let isTrusted = random.chance(percent: 93)
            rules.isProxy = { _ in isTrusted }
        }
        return rules
    }

    private func drawIncidents() {
        guard random.chance(percent: 60) else { return }
        for _ in 0..<random.number(1, 4) {
            let incident: Incident =
                switch random.number(0, 99) {
                case 0..<12: .stop
                case 12..<20: .abort
                case 20..<60: .evict
                case 60..<80: .jump(random.number(100, 60_000))
                default: .crash
                }
            let isEarly = random.chance(percent: 60)
            incidents.append((random.number(0, isEarly ? 20 : calmAt), incident))
        }
        incidents.sort { $0.at < $1.at }
    }

    static func instant(_ milliseconds: Int) -> Instant {
        Instant(nanosecondsSinceBoot: Int64(milliseconds) * 1_000_000)
    }

    static func milliseconds(_ instant: Instant) -> Int {
        Int(instant.sinceBoot.millisecondsRoundedUp)
    }

    var instant: Instant { Self.instant(now) }

    var isCalm: Bool { now >= calmAt }

    func require(_ condition: Bool, _ invariant: @autoclosure () -> String) throws(Violation) {
        guard condition else {
            throw Violation(seed: seed, invariant: invariant(), trace: trace?.lines ?? [])
        }
    }

    /// Runs the world to its end.
    func run() throws(Violation) {
        do throws(Violation) {
            while try advance() {}
        } catch  where error.isCrash {
            try crash()
        }
        for session in sessions where !hasCrashed {
            try require(session.socket.isClosed, "\(session.index): nothing is left in the end")
        }
        try require(
            hasCrashed || freeThreads.count + lostThreads == threadWorkspaces.count,
            "every thread comes back"
        )
        coverage.finishWorld()
    }

    var lostThreads = 0

    /// Lets the next thing happen; false at the end of all.
    private func advance() throws(Violation) -> Bool {
        guard let (at, incident) = incidents.first, at <= now else { return try act() }
        incidents.removeFirst()
        try happen(incident)
        return true
    }

    /// Lets one of those that can do something do it, or the time pass; false at the end of all.
    private func act() throws(Violation) -> Bool {
        actions.removeAll(keepingCapacity: true)
        var nextAt = incidents.first?.at ?? SimulatedClient.never
        for session in sessions where !session.socket.isClosed {
            let clientAt = nextClientAction(session)
            let serverAt = nextServerAction(session)
            if clientAt <= now { actions.append(.client(session)) }
            if serverAt <= now { actions.append(.server(session)) }
            nextAt = min(nextAt, clientAt, serverAt)
        }
        if actions.isEmpty {
            guard nextAt < SimulatedClient.never else { return false }
            try require(nextAt < calmAt + Self.settlingTime + jumped, "the world ends in time")
            now = nextAt
            return true
        }
        switch random.choice(actions) {
        case .client(let session): actClient(session)
        case .server(let session): try actServer(session)
        }
        return true
    }

    private var jumped = 0

    private func happen(_ incident: Incident) throws(Violation) {
        trace?.note("\(incident)", at: now)
        switch incident {
        case .stop:
            coverage.see(.stop)
            stop(grace: .milliseconds(random.number(0, 3000)))
        case .abort:
            coverage.see(.abort)
            stop(grace: .zero)
            for session in sessions where session.isOpen && !session.socket.isClosed {
                try abort(session)
            }
        case .evict:
            for session in sessions where session.isOpen && !session.socket.isClosed {
                guard session.threadHeld == nil else { continue }
                if session.machine.isEvictable { coverage.see(.eviction) }
                try evict(session)
                break
            }
        case .jump(let time):
            coverage.see(.clockJump)
            now += time
            jumped += time
        case .crash:
            crashesAfter = random.number(0, 8)
        }
    }

    /// Aborts a connection by the loop, or by the thread that drives it and is not in a handler.
    private func abort(_ session: Session) throws(Violation) {
        session.isExcused = true
        session.excuses.insert(503)
        let isRunning = session.active.kind == .handling
        guard !isRunning || !isBlocking else { return }
        if isRunning || random.chance(percent: 50) { loseThread(session) }
        if isRunning { leaveHandler(session) }
        leaveTask(session)
        try deliver(.aborted, to: session)
        try settle(session)
    }

    private func crash() throws(Violation) {
        coverage.see(.crash)
        hasCrashed = true
        for session in sessions where session.isOpen && !session.socket.isClosed {
            try crash(session)
        }
    }

    private func stop(grace: Duration) {
        guard !isStopped else { return }
        isStopped = true
        for workspace in threadWorkspaces + [workspace] {
            workspace.stop = Workspace.Stop(since: instant, grace: grace)
        }
    }

    /// Whether the driver may accept the connection.
    func mayAccept(_ session: Session) -> Bool {
        guard isBlocking else { return true }
        return sessions.allSatisfy { !$0.isOpen || $0.socket.isClosed }
    }
}
