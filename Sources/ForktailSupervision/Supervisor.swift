/// Decides what the arbiter does next: a pure function of the events so far and their times.
///
/// Every event is handled in the same order: notice a pause of the arbiter, take the event in, kill
/// what is overdue, give up if nothing boots, tell that the service is up, fill vacant slots, go on
/// with a reload, replace who has served its time. Nothing here reads a clock, does I/O, or depends
/// on the order of a dictionary.
///
/// A slot never has more than two live workers. Outside a reload there are as many workers as
/// wanted, besides those that were asked to leave. During a reload or to replace who has served its
/// time one worker more boots, and the next one boots only when the one that it replaced has gone:
/// a long request holds a reload up, but for no longer than the graceful timeout. Who is not
/// replaced, but left over by a command, holds nothing up.
package struct Supervisor {
    /// When `Event.tick` is due at the latest; `nil` if nothing is waited for but events.
    ///
    /// It lies in the past only if a time limit is zero, and then a tick makes progress.
    package private(set) var nextDeadline: Instant?

    var lifecycle = Lifecycle.idle
    /// The generation in force.
    var current: Generation
    /// The reload or roll-back under way; never while stopping, or about to.
    var roll: Roll?
    var upgrade = Upgrade.none
    /// The workers that have served their time, those that wait longest first.
    var recyclings: [Recycling] = []
    var table = WorkerTable()
    /// The time of the event that is being handled.
    var now = Instant(sinceBoot: .zero)
    /// What has been decided on the event that is being handled.
    var actions: [Action] = []
    private var spawns = 0
    private var generations = 1

    /// Makes a supervisor that has not started.
    ///
    /// - Parameters:
    ///   - policy: The first settings.
    ///   - predecessorRuns: Whether this arbiter was started to upgrade another one, which still
    ///     serves the same listeners.
    package init(policy: Policy, predecessorRuns: Bool = false) {
        current = Generation(number: 1, policy: policy)
        upgrade = predecessorRuns ? .predecessor : .none
    }

    /// Takes in an event and returns what is to be done, in order.
    ///
    /// An event about a worker that is not alive is ignored: its last bytes may be read after it
    /// was reaped.
    package mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        let last = self.now
        self.now = max(now, last)
        skipRoundAfterPause(since: last)
        take(event)
        advance()
        nextDeadline = deadline
        defer { actions.removeAll() }
        return actions
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .start: start()
        case .stop(let mode): stop(mode)
        case .reload: reload()
        case .configurationLoaded(let policy): startReload(policy)
        case .configurationRejected: noteConfigurationRejected()
        case .addWorker: changeWorkers(by: 1, for: .addWorker)
        case .removeWorker: changeWorkers(by: -1, for: .removeWorker)
        case .retireAll: retireAll()
        case .reopenLogs: reopenLogs()
        case .upgrade: startUpgrade()
        case .upgradeStarted: noteUpgradeStarted()
        case .upgradeFailed, .upgradeExited: noteUpgradeEnded()
        case .predecessorExited: notePredecessorExited()
        case .otherArbiterStops: noteOtherArbiterStops()
        case .spawned(let id): noteSpawned(id)
        case .spawnFailed(let id): noteSpawnFailed(id)
        case .ready(let id): noteReady(id)
        case .heartbeat(let id): noteHeartbeat(id)
        case .recycle(let id, let reason): noteRecycle(id, reason)
        case .exited(let id, let status, let hasServed): noteExited(id, status, hasServed)
        case .tick: break
        }
    }

    private mutating func advance() {
        enforceLimits()
        switch lifecycle {
        case .booting, .settling, .serving: advanceService()
        case .delayingStop(let end): advanceDelay(until: end)
        case .idle, .stopping, .exited: break
        }
        exitIfStopped()
    }

    private mutating func advanceService() {
        guard !isHopeless else { return giveUp() }
        announceReadiness()
        fillVacantSlots()
        advanceRoll()
        advanceRecycling()
    }

    /// Returns a name that no worker has had.
    mutating func makeWorkerID() -> WorkerID {
        spawns += 1
        return WorkerID(number: spawns)
    }

    /// Returns the generation after all that were loaded so far.
    mutating func makeGeneration(_ policy: Policy) -> Generation {
        generations += 1
        return Generation(number: generations, policy: policy)
    }
}
