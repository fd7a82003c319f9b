import ForktailHTTP
import ForktailSystem
import Synchronization

/// Work of the application that a thread does for the loop.
final class HandlerJob: @unchecked Sendable {
    // SAFETY: the loop makes it and then leaves the work to the thread that claims it, until that
    // gives the result back through a mailbox, whose lock orders what both have written.

    /// What is to be done.
    enum Work {
        /// Answer the request.
        case answer
        /// Give the next piece of its answer.
        case pull(next: () throws -> [UInt8]?, Output)
    }

    /// What has come of it.
    enum Result {
        case response(Response)
        case piece([UInt8]?)
        case failure(any Error)
    }

    private enum State {
        static let waiting = 0
        static let running = 1
        static let abandoned = 2
    }

    let work: Work
    let request: Request
    /// When the request began.
    let start: Instant
    /// The number of the connection that waits for it.
    let number: CInt
    /// The connection, for the loop alone; nil once that has given the work up.
    private(set) var connection: EventConnection?
    /// What the thread has made of it.
    var result: Result?
    private let state = Atomic(State.waiting)

    init(_ work: Work, _ request: Request, since start: Instant, for connection: EventConnection) {
        self.work = work
        self.request = request
        self.start = start
        self.connection = connection
        number = connection.number
    }

    /// Whether it makes more of an answer that has begun.
    var isPull: Bool {
        if case .pull = work { true } else { false }
    }

    /// Says whether the calling thread is to do it.
    func claim() -> Bool {
        state.compareExchange(
            expected: State.waiting,
            desired: State.running,
            ordering: .acquiringAndReleasing
        ).exchanged
    }

    /// Gives it up.
    ///
    /// - Returns: Whether a thread is at it, and stuck.
    func abandon() -> Bool {
        connection = nil
        return state.exchange(State.abandoned, ordering: .acquiringAndReleasing) == State.running
    }
}
