/// What the arbiter tells the supervisor.
///
/// Each one is handled at a time that was read when it was known. Only a tick judges workers that
/// give no sign of life.
package enum Event: Equatable, Sendable {
    /// The sockets are bound and the handlers installed: spawn the first generation.
    case start
    /// Stop gracefully (SIGTERM) or quickly (SIGINT, SIGQUIT).
    case stop(StopMode)
    /// Reload the configuration: SIGHUP.
    ///
    /// If all workers were retired it brings them back: those of the new settings, or those of the
    /// settings in force if the new ones are invalid or their workers cannot boot.
    case reload
    /// Answers `Action.loadConfiguration`: it is valid, and its new addresses are bound.
    case configurationLoaded(Policy)
    /// Answers `Action.loadConfiguration`: it is invalid, and the arbiter has logged why.
    case configurationRejected
    /// One worker more: SIGTTIN.
    case addWorker
    /// One worker fewer: SIGTTOU.
    case removeWorker
    /// This number of workers: the command `scale`.
    case setWorkers(Int)
    /// Replace the worker of a slot, the new one ready before the old one leaves: the command
    /// `restart-worker`.
    case restartWorker(slot: Int)
    /// Retire every worker and keep the listeners, until a worker is added or the configuration
    /// reloaded: SIGWINCH.
    case retireAll
    /// Reopen the log files: SIGUSR1.
    case reopenLogs
    /// Start a new arbiter from the current executable: SIGUSR2.
    case upgrade
    /// Answers `Action.startUpgrade`, perhaps later: the new arbiter runs and has the listeners.
    case upgradeStarted
    /// Answers `Action.startUpgrade`, perhaps later: there is no new arbiter, and the arbiter has
    /// logged why.
    case upgradeFailed
    /// The new arbiter has ended.
    case upgradeExited
    /// The arbiter that has started this one to upgrade itself has ended.
    case predecessorExited
    /// The other arbiter with the same listeners was told to stop, and relies on this one to serve
    /// the clients in the listen queues.
    case otherArbiterStops
    /// Answers `Action.spawn`: the process exists.
    case spawned(WorkerID)
    /// Answers `Action.signal`: it was sent, or the worker has ended.
    case signalSent(WorkerID)
    /// Answers `Action.spawn`: there is no process, and the arbiter has logged the errno.
    case spawnFailed(WorkerID)
    /// What the workers have to do at this time, where their number follows the load; comes twice a
    /// second, and more often while it has to grow.
    case loadSampled(Load)
    /// The worker has booted and accepts connections.
    case ready(WorkerID)
    /// The worker is alive.
    case heartbeat(WorkerID)
    /// The worker has served its time; repeated, late and early events of this kind do no harm.
    case recycle(WorkerID, RecycleReason)
    /// The worker has ended and is reaped; `hasServed` says whether it has answered a request or was
    /// answering one.
    case exited(WorkerID, ExitStatus, hasServed: Bool = false)
    /// The listen queues are empty, and admit no new connection; comes some time after
    /// `Action.beginDrain`, where the workers are programs.
    case queuesDrained
    /// Time has passed, and every worker that is overdue at `heardUntil` is aborted, killed or
    /// signalled again.
    ///
    /// That time was read before the heartbeats and the ends of workers were: what a worker wrote by
    /// then is reported already, however late the arbiter itself is.
    case tick(heardUntil: Instant)
}
