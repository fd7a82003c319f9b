/// What the arbiter tells the supervisor.
///
/// Of what is known at one time, signs of life come first: every event may have the overdue killed.
package enum Event: Equatable, Sendable {
    /// The sockets are bound and the handlers installed: spawn the first generation.
    case start
    /// Stop gracefully (SIGTERM) or quickly (SIGINT, SIGQUIT).
    case stop(StopMode)
    /// Reload the configuration: SIGHUP.
    ///
    /// If all workers were retired it brings them back: new ones, or those of the settings in force
    /// if there are no valid new settings or their workers cannot boot.
    case reload
    /// Answers `Action.loadConfiguration`: it is valid, and what is new in it is bound.
    case configurationLoaded(Policy)
    /// Answers `Action.loadConfiguration`: it is invalid, and the arbiter has logged why.
    case configurationRejected
    /// One worker more: SIGTTIN.
    case addWorker
    /// One worker fewer: SIGTTOU.
    case removeWorker
    /// Retire every worker and keep the listeners, until a worker is added or the configuration
    /// reloaded: SIGWINCH.
    case retireAll
    /// Open the log files anew: SIGUSR1.
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
    /// The arbiter that this one was started by, to upgrade it, has ended.
    case predecessorExited
    /// The other arbiter with the same listeners, whichever it is, was told to stop and relies on
    /// this one to serve who waits in the accept queues.
    case otherArbiterStops
    /// Answers `Action.spawn`: the process exists.
    case spawned(WorkerID)
    /// Answers `Action.spawn`: there is no process, and the arbiter has logged the errno.
    case spawnFailed(WorkerID)
    /// The worker has booted and accepts connections.
    case ready(WorkerID)
    /// The worker is alive.
    case heartbeat(WorkerID)
    /// The worker has served its time; harmless if it is repeated, or comes too late or too soon.
    case recycle(WorkerID, RecycleReason)
    /// The worker has ended and is reaped; `hasServed` tells whether it has answered a request or
    /// was busy with one.
    case exited(WorkerID, ExitStatus, hasServed: Bool = false)
    /// Time has passed.
    case tick
}
