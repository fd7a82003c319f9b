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
