import CForktail

/// A worker's signals: the stop that was requested, and how it ends a blocked accept(2).
package enum WorkerSignals {
    /// The stop that was requested, from none to the most urgent.
    package enum Stop: CInt, Comparable, Sendable {
        case none = 0
        /// Finish the request and leave.
        case retire = 1
        /// Finish the request, drain the listen queue, and leave.
        case drain = 2
        /// Leave the request unfinished.
        case quick = 3

        package static func < (one: Stop, other: Stop) -> Bool { one.rawValue < other.rawValue }
    }

    /// Ignores what is not for workers and records USR1.
    ///
    /// TERM, INT and QUIT keep their default until `install`, so that they kill a worker at once that
    /// still boots and has no request.
    package static func prepare() throws(Errno) {
        try check { forktail_worker_signals_prepare() }
    }

    /// Installs the handlers of a worker that waits.
    ///
    /// - Parameters:
    ///   - listener: The number that the handlers replace by `deadSocket` when a stop is requested,
    ///     for a worker that blocks in accept(2).
    ///   - deadSocket: A socket that does not listen; it must stay open.
    ///   - wake: An eventfd that is written to.
    ///   - arbiter: The parent. An orphaned worker is killed `orphanLimit` after the stop.
    ///   - orphanLimit: How long the last request of such a worker may take; whole seconds count.
    /// - Throws: What sigaction(2) says.
    package static func install(
        listener: CInt?,
        deadSocket: CInt?,
        wake: CInt,
        arbiter: ProcessID,
        orphanLimit: Duration
    ) throws(Errno) {
        let settings = forktail_worker_signals(
            dead_socket: deadSocket ?? -1,
            listener: listener ?? -1,
            wake: wake,
            parent: arbiter.rawValue,
            orphan_seconds: UInt32(clamping: orphanLimit.millisecondsRoundedUp / 1000 + 1)
        )
        try check { forktail_worker_signals_install(settings) }
    }

    /// Lets go, in a child of the worker, of the handlers and of what they use.
    package static func forget() {
        SignalDisposition.resetAll()
        // As the interpreter has found it.
        SignalDisposition.ignoreFailedWrites()
        forktail_worker_signals_forget()
    }

    /// The most urgent stop requested so far.
    package static var stop: Stop {
        Stop(rawValue: forktail_worker_stop_requested()) ?? .none
    }

    /// Whether any stop was requested.
    package static var stopIsRequested: Bool { forktail_worker_stop_requested() != 0 }

    /// Requests a stop from within the process, like TERM.
    package static func requestStop() {
        forktail_worker_request_stop()
    }

    /// Whether a signal to reopen the log files came since the last call.
    package static func takeReopenRequest() -> Bool {
        forktail_worker_take_reopen()
    }

    /// A counter that a handler can write to and epoll can wait for: eventfd(2).
    package static func makeWakeDescriptor() throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try check { forktail_eventfd() })
    }
}
