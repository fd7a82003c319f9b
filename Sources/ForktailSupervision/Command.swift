// Commands to the arbiter, and its signals to the workers.

/// A command that can be refused.
package enum Command: Hashable, Sendable {
    /// SIGHUP.
    case reload
    /// SIGTTIN.
    case addWorker
    /// SIGTTOU.
    case removeWorker
    /// SIGWINCH.
    case retireAll
    /// SIGUSR2.
    case upgrade
    /// The command `scale`.
    case setWorkers
    /// The command `restart-worker`.
    case restartWorker
}

/// Why a command was refused.
package enum CommandRefusal: Hashable, Sendable {
    /// The arbiter has not started.
    case notStarted
    /// The arbiter is stopping.
    case stopping
    /// Only one worker is left.
    case lastWorker
    /// There would be more workers than the settings allow.
    case mostWorkers(Int)
    /// All workers were retired, or there is none in the slot.
    case noWorker
    /// There is no slot of that number.
    case noSlot(slots: Int)
    /// A reload or a rollback is under way.
    case reloading
    /// An upgrade is under way.
    case upgrading
    /// The new arbiter of an earlier upgrade runs.
    case upgraded
    /// The arbiter that has started this one to upgrade itself still runs.
    case predecessorRuns
}

/// How the whole arbiter stops.
package enum StopMode: Hashable, Sendable {
    /// Every worker finishes its request and drains the listen queue: SIGTERM.
    case graceful
    /// Every worker drops its request: SIGINT, SIGQUIT.
    case quick
}

/// What the arbiter tells a worker by a signal.
package enum WorkerSignal: Hashable, Sendable {
    /// Finish the request and leave: SIGTERM.
    ///
    /// With `drain` the worker drains the listen queue first, because the whole arbiter stops; without
    /// it only this worker is retired.
    case terminate(drain: Bool)
    /// Leave without finishing: SIGQUIT.
    case quit
    /// Abort the request and die: SIGABRT.
    case abort
    /// Die: SIGKILL.
    case kill
    /// Reopen the log files: SIGUSR1.
    case reopenLogs
}
