import ForktailConnection
import ForktailHTTP
import ForktailSystem
import Synchronization

/// A handler that a thread runs for the loop.
final class HandlerJob: ThreadPool.Work, @unchecked Sendable {
    // SAFETY: the loop makes it and leaves it to the thread that claims it, which gives it back
    // through a mailbox, whose lock orders what both have written.

    private enum State {
        static let waiting = 0
        static let running = 1
        static let abandoned = 2
    }

    /// The connection that waits for the result.
    let ticket: ClientConnection.Ticket
    let exchange: Exchange
    let request: Request
    private let handler: RequestHandler
    private let finish: @Sendable (HandlerJob) -> Void
    /// What the handler returned or threw, once it has.
    ///
    /// The loop sets it on the exchange, which may have another response by then.
    private(set) var result: Result<Response, BodyError>?
    /// The thread, where it waits to run the stream of the response itself.
    private var reservation: ThreadReservation?
    /// When the handler began, once the result is there.
    private(set) var start: Instant?
    private let state = Atomic(State.waiting)
    private let hasEnded = Atomic(false)
    /// Whether the thread is done with it; after its result it may end what the handler has left.
    var isOver: Bool { hasEnded.load(ordering: .acquiring) }
    private let runner = Atomic(0)
    private let isShown = Atomic(false)

    /// The loop shows the request on the scoreboard; a thread that takes it later adds its number.
    func noteShown() { isShown.store(true, ordering: .relaxed) }

    /// The number of the thread that runs it; 0 before one does.
    var thread: Int { runner.load(ordering: .relaxed) }

    init(
        _ exchange: Exchange,
        of ticket: ClientConnection.Ticket,
        handler: RequestHandler,
        finish: @escaping @Sendable (HandlerJob) -> Void
    ) {
        guard let request = exchange.request else { preconditionFailure("no request") }
        self.exchange = exchange
        self.request = request
        self.ticket = ticket
        self.handler = handler
        self.finish = finish
    }

    /// Runs the handler, unless the loop has given it up.
    func run(in thread: WorkerThread) {
        let (isMine, _) = state.compareExchange(
            expected: State.waiting,
            desired: State.running,
            ordering: .acquiringAndReleasing
        )
        guard isMine else { return }
        start = .now()
        runner.store(thread.number, ordering: .relaxed)
        if isShown.load(ordering: .relaxed) { handler.context.score.tell(thread: thread.number) }
        CrashHandler.enter(CInt(ticket.index))
        thread.score.begin(request, since: exchange.start)
        thread.score.tell(thread: thread.number)
        let sender = handler.threadBound.map { _ in Sender(self, thread) }
        let returned = Result { () throws(BodyError) in
            try handler.response(to: request, sending: sender)
        }
        thread.score.endRequest()
        CrashHandler.leave()
        if sender?.hasBegun == true {
            sender?.pushed?.end()
        } else if handler.threadBound != nil, case .success(let response) = returned,
            response.body.isStream
        {
            delegation(for: response)?.run(in: thread)
        } else {
            result = returned
            finish(self)
        }
        handler.threadBound?.endExchange()
        hasEnded.store(true, ordering: .releasing)
    }

    /// Gives the loop the response, and waits until it gives this thread the connection.
    ///
    /// - Returns: What drives the connection; nil where the response needs no thread.
    private func delegation(for response: Response) -> Delegation? {
        result = .success(response)
        let made = ThreadReservation()
        let next = made.next
        reservation = consume made
        finish(self)
        return next.take()
    }

    /// Sends the response while the handler runs.
    private final class Sender: ResponseSender {
        private let job: HandlerJob
        private let thread: WorkerThread
        private(set) var hasBegun = false
        /// Nil where the response needs no thread, since the client wants nothing more.
        private(set) var pushed: Delegation.Pushed?

        init(_ job: HandlerJob, _ thread: WorkerThread) {
            self.job = job
            self.thread = thread
        }

        func begin(_ response: Response) throws -> Bool {
            try response.check(against: job.request)
            hasBegun = true
            pushed = job.delegation(for: response)?.begin(in: thread, for: job.request)
            return pushed?.isWanted ?? false
        }

        func send(_ piece: [UInt8]) -> Bool { pushed?.response.send(piece) ?? false }
    }

    /// The thread that waits for a delegation; it stops waiting once the reservation is dropped.
    func takeReservation() -> ThreadReservation? { reservation.take() }

    /// Gives it up.
    ///
    /// - Returns: Whether a thread runs it, and is stuck.
    func abandon() -> Bool {
        state.exchange(State.abandoned, ordering: .acquiringAndReleasing) == State.running
    }
}

/// A thread that runs nothing else until it has got a delegation, or none.
final class ThreadReservation {
    /// What the thread waits for.
    let next = Mailbox<Delegation?>()
    private var isUsed = false

    /// Gives the thread its delegation.
    func use(for delegation: Delegation) {
        isUsed = true
        next.put(delegation)
    }

    deinit {
        if !isUsed { next.put(nil) }
    }
}

extension Response.Body {
    /// Whether it is made while it is sent.
    fileprivate var isStream: Bool {
        switch self {
        case .stream, .streamWithTrailers: true
        case .bytes, .text, .file, .sequence, .connection: false
        }
    }
}
