// What the arbiter can be told, and what it tells its workers.

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
}

/// Why a command was refused.
package enum CommandRefusal: Hashable, Sendable {
    /// The arbiter has not started.
    case notStarted
    /// The arbiter is stopping.
    case stopping
    /// Only one worker is left.
    case lastWorker
    /// All workers were retired.
    case noWorker
    /// A reload, or the way back from one, is under way.
    case reloading
    /// An upgrade is under way.
    case upgrading
    /// The new arbiter of an earlier upgrade runs.
    case upgraded
    /// The arbiter that this one was started by, to upgrade it, still runs.
    case predecessorRuns
}

/// How the whole arbiter stops.
package enum StopMode: Hashable, Sendable {
    /// Every worker finishes its request and empties the accept queue: SIGTERM.
    case graceful
    /// Every worker drops what it does: SIGINT, SIGQUIT.
    case quick
}

/// What the arbiter tells a worker by a signal.
package enum WorkerSignal: Hashable, Sendable {
    /// Finish the request and leave: SIGTERM.
    ///
    /// With `drain` the worker also empties the accept queue first, since the whole arbiter stops
    /// and nobody else would; without it only this worker is retired.
    case terminate(drain: Bool)
    /// Leave without finishing: SIGQUIT.
    case quit
    /// Abort the request and die: SIGABRT.
    case abort
    /// Die: SIGKILL.
    case kill
    /// Open the log files anew: SIGUSR1.
    case reopenLogs
}
