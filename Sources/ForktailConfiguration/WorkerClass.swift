/// How a worker serves its connections.
public enum WorkerClass: String, CaseIterable, Sendable {
    /// One connection at a time, one request each; waits in `accept()`.
    case sync
    /// Many connections at a time, which live on from request to request; waits in `epoll_wait()`.
    case event
    /// Any program that accepts connections on inherited listeners.
    case exec
    /// A WSGI application of Python, PEP 3333, in the user's own interpreter.
    case wsgi
}

/// What the arbiter has to know of a class of workers.
///
/// Each class declares it once, beside the code that it runs.
package struct WorkerClassTraits: Sendable {
    /// Where a worker waits for connections.
    package enum Waiting: Sendable {
        /// In accept(2), which has to block, as long as there is a single listener.
        case accept
        /// In a call that waits for several descriptors: no listener may block.
        case poll
        /// Where its program wants to: the program sets up the listener.
        case program
    }

    /// Where its workers wait for connections.
    package let waiting: Waiting
    /// Whether TCP listeners may hold a connection back until its client has sent something, so that
    /// silent clients occupy no worker and the first read finds the request.
    package let defersAccept: Bool

    /// Whether its workers are programs, which forktail knows only as processes.
    package var runsProgram: Bool { waiting == .program }

    /// Makes the traits of a class.
    package init(waiting: Waiting, defersAccept: Bool) {
        self.waiting = waiting
        self.defersAccept = defersAccept
    }
}
