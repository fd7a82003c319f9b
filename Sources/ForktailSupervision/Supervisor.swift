/// Decides what the arbiter does next: a pure function of the events so far and their times.
///
/// Every event is handled in the same order: notice a pause of the arbiter, apply the event, give up
/// if no worker can boot, announce that the service is up, fill empty slots, advance a reload,
/// replace workers that have served their time. Nothing here reads a clock,
/// does I/O, or depends on the order of a dictionary.
///
/// A slot never has more than two live workers. Outside a reload there are as many workers as
/// wanted, besides those that were asked to leave. During a reload, or to replace a worker that has
/// served its time, one more worker boots at a time, and the next one boots only when the worker
/// that it has replaced is gone: a long request delays a reload, but for no longer than the graceful
/// timeout. Workers that a command has made superfluous delay nothing.
package struct Supervisor {
    /// When `Event.tick` is due at the latest; `nil` to wait for events only.
    ///
    /// After a tick it is later than the `heardUntil` of that tick, unless a time limit is zero; then
    /// the next tick makes progress.
    package private(set) var nextDeadline: Instant?

    var lifecycle = Lifecycle.idle
    /// The generation in force.
    var current: Generation
    /// The reload or rollback under way; never while stopping, or during the delay of a stop.
    var rollingReload: RollingReload?
    var otherArbiter = OtherArbiterState.none
    /// The workers that have served their time, in the order in which they said so.
    var recyclings: [Recycling] = []
    var table = WorkerTable()
    var idleness = Idleness()
    var hold: Hold?
    /// The time of the event that is being handled.
    var now = Instant(sinceBoot: .zero)
    /// The decisions on the event that is being handled.
    var actions: [Action] = []
    private var spawns = 0
    private var generations = 1

    /// Makes a supervisor that has not started.
    ///
    /// - Parameters:
    ///   - policy: The first settings.
    ///   - predecessorRuns: Whether another arbiter, which still serves the same listeners, has
    ///     started this one to upgrade itself.
    package init(policy: Policy, predecessorRuns: Bool = false) {
        current = Generation(number: 1, policy: policy)
        otherArbiter = predecessorRuns ? .predecessor : .none
    }

    /// Handles an event.
    ///
    /// An event about a worker that is not alive is ignored: its last bytes may be read after it
    /// was reaped.
    ///
    /// - Returns: What to do, in order.
    package mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        let last = self.now
        self.now = max(now, last)
        skipRoundAfterPause(since: last)
        apply(event)
        advance()
        nextDeadline = deadline
        defer { actions.removeAll() }
        return actions
    }

    private mutating func apply(_ event: Event) {
        switch event {
        case .start: start()
        case .stop(let mode): stop(mode)
        case .reload: reload()
        case .configurationLoaded(let policy): startReload(policy)
        case .configurationRejected: noteConfigurationRejected()
        case .addWorker: changeWorkers(by: 1, for: .addWorker)
        case .removeWorker: changeWorkers(by: -1, for: .removeWorker)
        case .setWorkers(let count): setWorkers(count)
        case .restartWorker(let slot): restartWorker(in: slot)
        case .retireAll: retireAll()
        case .reopenLogs: reopenLogs()
        case .upgrade: startUpgrade()
        case .upgradeStarted: noteUpgradeStarted()
        case .upgradeFailed, .upgradeExited: noteUpgradeEnded()
        case .predecessorExited: notePredecessorExited()
        case .otherArbiterStops: noteOtherArbiterStops()
        case .spawned(let id): noteSpawned(id)
        case .spawnFailed(let id): noteSpawnFailed(id)
        case .loadSampled(let load): noteLoad(load)
        case .ready(let id): noteReady(id)
        case .heartbeat(let id): noteHeartbeat(id)
        case .recycle(let id, let reason): noteRecycle(id, reason)
        case .exited(let id, let status, let hasServed): noteExited(id, status, hasServed)
        case .queuesDrained: noteQueuesDrained()
        case .signalSent(let id): noteSignalSent(id)
        case .tick(let heardUntil): enforceLimits(heardUntil: heardUntil)
        }
    }

    private mutating func advance() {
        switch lifecycle {
        case .booting, .settling, .serving: advanceService()
        case .delayingStop(let end): advanceDelay(until: end)
        case .idle, .stopping, .exited: break
        }
        exitIfStopped()
    }

    private mutating func advanceService() {
        guard !bootHasFailed else { return giveUp() }
        announceReadiness()
        fillEmptySlots()
        advanceReload()
        advanceRecycling()
    }

    /// Returns an identifier that no worker has had.
    mutating func makeWorkerID() -> WorkerID {
        spawns += 1
        return WorkerID(number: spawns)
    }

    /// Returns a generation with the next number.
    mutating func makeGeneration(_ policy: Policy) -> Generation {
        generations += 1
        return Generation(number: generations, policy: policy, after: current)
    }
}
