import ForktailSupervision
import Testing

/// A supervisor that is told, event by event, what happens at which millisecond, and what it is
/// expected to do about it.
///
/// A tick follows each event, as it does in each round of the arbiter.
///
/// Spawns are answered at once, by a failure while `forksFail`. A configuration is answered with
/// `nextPolicy`, or rejected if there is none. Notices and the adoption of a configuration are kept
/// apart from the other actions.
struct Script {
    /// An action and the millisecond when it was decided.
    struct Timed: Equatable, CustomStringConvertible {
        let at: Int
        let action: Action

        init(_ at: Int, _ action: Action) {
            self.at = at
            self.action = action
        }

        var description: String {
            "at \(at): \(action)"
        }
    }

    /// More actions than any script expects: a supervisor that gets here makes no progress.
    private static let bound = 100

    var supervisor: Supervisor
    var forksFail = false
    var nextPolicy: Policy?
    private(set) var now = 0
    /// What the supervisor reported on the last event.
    private(set) var notices: [Notice] = []
    /// The generations that configurations were adopted as, each before its first worker.
    private(set) var adopted = [1]

    init(_ policy: Policy, predecessorRuns: Bool = false) {
        supervisor = Supervisor(policy: policy, predecessorRuns: predecessorRuns)
    }

    /// Makes a supervisor whose workers are all ready.
    init(serving policy: Policy, predecessorRuns: Bool = false) {
        self.init(policy, predecessorRuns: predecessorRuns)
        _ = feed(.start)
        for number in 1...policy.workers {
            _ = feed(.ready(WorkerID(number: number)))
        }
    }

    /// Lets an event happen and expects exactly these actions, besides reports.
    mutating func at(
        _ milliseconds: Int,
        _ event: Event,
        _ expected: Action...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        at(milliseconds, event, expected, sourceLocation: sourceLocation)
    }

    /// The same, for a table.
    mutating func at(
        _ milliseconds: Int,
        _ event: Event,
        _ expected: [Action],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        now = milliseconds
        notices = []
        let actions = feed(event) + tick()
        #expect(actions == expected, "at \(milliseconds): \(event)", sourceLocation: sourceLocation)
    }

    /// Lets nothing but a tick happen and expects exactly these actions, besides reports.
    mutating func tick(
        at milliseconds: Int,
        _ expected: Action...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        now = milliseconds
        notices = []
        let actions = tick()
        #expect(actions == expected, "at \(milliseconds)", sourceLocation: sourceLocation)
    }

    /// Lets time pass, with ticks when they are due and heartbeats of the given workers every
    /// second, and expects exactly these actions at these times, besides reports.
    mutating func wait(
        until end: Int,
        beating workers: [WorkerID] = [],
        _ expected: Timed...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let actions = pass(until: end, beating: workers)
        #expect(actions == expected, "until \(end)", sourceLocation: sourceLocation)
    }

    /// Lets time pass in the same way.
    ///
    /// - Returns: What was done, besides reports.
    mutating func pass(until end: Int, beating workers: [WorkerID] = []) -> [Timed] {
        notices = []
        var actions: [Timed] = []
        var beatAt = now + 1000
        while let next = nextTime(beatAt, workers), next <= end, actions.count < Self.bound {
            now = max(now, next)
            for event in next == beatAt ? workers.map(Event.heartbeat) : [] {
                actions += feed(event).map { Timed(now, $0) }
            }
            actions += tick().map { Timed(now, $0) }
            if next == beatAt { beatAt += 1000 }
        }
        now = end
        return actions
    }

    /// Lets an event happen whatever follows from it.
    mutating func happen(_ event: Event, at milliseconds: Int) {
        now = milliseconds
        notices = []
        _ = feed(event)
        _ = tick()
    }

    /// Expects that the last event, or the last wait, was reported like this.
    func expectNotice(_ notice: Notice, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(notices.contains(notice), sourceLocation: sourceLocation)
    }

    private func nextTime(_ beatAt: Int, _ workers: [WorkerID]) -> Int? {
        let tickAt = supervisor.nextDeadline.map(Simulation.milliseconds)
        guard !workers.isEmpty else { return tickAt }
        return min(beatAt, tickAt ?? beatAt)
    }

    private mutating func tick() -> [Action] {
        feed(.tick(heardUntil: Simulation.instant(now)))
    }

    private mutating func feed(_ event: Event) -> [Action] {
        var done: [Action] = []
        var events = [event]
        while !events.isEmpty, done.count < Self.bound {
            let event = events.removeFirst()
            for action in supervisor.handle(event, at: Simulation.instant(now)) {
                events += answers(to: action)
                switch action {
                case .report(let notice): notices.append(notice)
                case .adoptConfiguration(let generation): adopted.append(generation)
                case .spawn(_, _, let generation):
                    #expect(adopted.contains(generation))
                    done.append(action)
                default: done.append(action)
                }
            }
        }
        return done
    }

    private mutating func answers(to action: Action) -> [Event] {
        switch action {
        case .spawn(let id, _, _):
            return [forksFail ? .spawnFailed(id) : .spawned(id)]
        case .signal(_, let id):
            return [.signalSent(id)]
        case .loadConfiguration:
            return [nextPolicy.map(Event.configurationLoaded) ?? .configurationRejected]
        case .adoptConfiguration, .reopenLogs, .becameReady, .reloadCompleted,
            .reloadAbandoned, .stopping:
            return []
        case .startUpgrade, .cancelUpgrade, .beginDrain, .report, .exit:
            return []
        }
    }
}
