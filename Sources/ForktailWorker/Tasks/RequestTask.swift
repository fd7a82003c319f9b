import ForktailConnection
import ForktailHTTP
import ForktailSystem

/// A task that a loop runs, and the executor of its jobs and of those of its child tasks.
///
/// As each task has an executor of its own, each job belongs to a request: a crash answers that
/// request's client, and the death report names it.
final class RequestTask: TaskExecutor, @unchecked Sendable {
    // SAFETY: all but the loop is used by the loop's thread only.

    /// What a task has ended with.
    ///
    /// Rare ones are boxed, so that the others travel in registers.
    enum Outcome {
        /// The response is set on the exchange.
        case responded
        indirect case bodyFailed(BodyError)
        case piece([UInt8]?)
        indirect case streamFailed(any Error)
        /// The error of its cancellation.
        case cancelled
    }

    private let loop: TaskLoop
    private let score: ScoreboardEntry?
    /// The request that a crash of a job is told of; nil where the thread has named it already.
    private var request: Request?
    private var start = Instant.now()
    /// The connection and its exchange; nil once they do not wait for the task any more.
    private(set) var ticket: ClientConnection.Ticket?
    private var exchange: Exchange?
    private var outcome: Outcome?
    private var isCancelled = false
    /// Whether the driver has done something else since the task began.
    private(set) var isWaiting = false
    private var handlers: AsyncHandlers?
    /// What makes the piece that the task waits for; nil where it runs a handler.
    private var sequence: Response.ByteSequence?
    private var task: Task<Void, Never>?
    /// Continues a task that has never waited, once the next request is there.
    private var next: UnsafeContinuation<Void, Never>?
    /// Whether the job that is enqueued next is the one that `next` has made.
    private var isContinuing = false
    private var nextJob: UnownedJob?

    /// Makes a task of a loop.
    ///
    /// - Parameters:
    ///   - loop: The loop.
    ///   - score: Where its request is noted; nil for a thread that has done so.
    init(on loop: TaskLoop, notingIn score: ScoreboardEntry? = nil) {
        self.loop = loop
        self.score = score
    }

    /// Becomes the task of a request whose connection waits for it.
    func prepare(_ request: Request, of exchange: Exchange, _ ticket: ClientConnection.Ticket) {
        self.request = request
        self.exchange = exchange
        self.ticket = ticket
        start = exchange.start
        isWaiting = false
        isCancelled = false
    }

    /// Forgets its request, to be prepared for another one.
    func clear() {
        request = nil
        exchange = nil
        ticket = nil
        sequence = nil
    }

    // MARK: What it does

    /// Starts the task, and runs it until it waits for the first time.
    func start(_ operation: @escaping @Sendable () async -> Void) {
        task = Task.immediate(executorPreference: self, operation: operation)
    }

    /// Runs the handler of an asynchronous application.
    ///
    /// - Returns: What it has ended with; nil where it waits.
    func respond(by handlers: AsyncHandlers) -> Outcome? {
        self.handlers = handlers
        return work()
    }

    /// Asks the sequence of a response for its next piece.
    ///
    /// - Returns: What it has ended with; nil where it waits.
    func pull(from sequence: Response.ByteSequence) -> Outcome? {
        self.sequence = sequence
        return work()
    }

    private func work() -> Outcome? {
        enter()
        if let next = next.take() {
            isContinuing = true
            next.resume()
            nextJob.take()?.runSynchronously(on: asUnownedTaskExecutor())
        } else {
            // A closure that captures one object needs no memory of its own.
            task = Task.immediate(executorPreference: self) { [self] in
                repeat {
                    if let sequence { await pullOnce(sequence) } else { await respondOnce() }
                } while await waitForNext()
            }
        }
        leave()
        isWaiting = true
        return takeOutcome()
    }

    @inline(__always)
    private func respondOnce() async {
        guard let handlers, let request else { preconditionFailure("a task without a request") }
        do {
            let response = try await handlers.application.respond(to: request)
            try response.check(against: request)
            if response.takesConnection { try await request.body.discard() }
            end(handlers.handler.checkConnect(consume response, to: request))
        } catch is CancellationError where isCancelled {
            end(.cancelled)
        } catch {
            guard let error = error as? BodyError else {
                return end(handlers.handler.response(to: request, after: error))
            }
            end(.bodyFailed(error))
        }
    }

    private func pullOnce(_ sequence: Response.ByteSequence) async {
        nonisolated(unsafe) let sequence = sequence
        do {
            end(.piece(try await sequence.next()))
        } catch is CancellationError where isCancelled {
            end(.cancelled)
        } catch {
            end(.streamFailed(error))
        }
    }

    /// Waits for the next request: to continue costs less than a new task.
    ///
    /// - Returns: Whether there is one; a task that has waited before, or is cancelled, ends.
    @inline(__always)
    private func waitForNext() async -> Bool {
        guard !isWaiting, !Task.isCancelled else { return false }
        await withUnsafeContinuation { next = $0 }
        return true
    }

    private func end(_ response: consuming Response) {
        exchange?.setResponse(response)
        end(.responded)
    }

    private func end(_ outcome: consuming Outcome) {
        self.outcome = outcome
        if isWaiting { loop.report(self) }
    }

    /// Takes what the task has ended with; nil where it has not ended.
    func takeOutcome() -> Outcome? {
        guard let outcome = outcome.take() else { return nil }
        if next == nil { forget() }
        return outcome
    }

    /// Lets go of the task, which refers to this executor.
    func forget() { task = nil }

    func cancel() {
        isCancelled = true
        task?.cancel()
    }

    /// The connection has given the task up, which may still run.
    func abandon() {
        ticket = nil
        exchange = nil
        cancel()
        forget()
    }

    // MARK: Its jobs

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Other threads enqueue only what a task that has begun waits for.
        guard isContinuing else { return loop.enqueue(job, of: self) }
        isContinuing = false
        nextJob = job
    }

    func run(_ job: UnownedJob) {
        enter()
        job.runSynchronously(on: asUnownedTaskExecutor())
        leave()
    }

    /// Names the request to the crash handler and on the scoreboard.
    private func enter() {
        guard let request, let score else { return }
        score.begin(request, since: start)
        if let ticket { CrashHandler.enter(CInt(ticket.index)) }
    }

    private func leave() {
        guard let score else { return }
        CrashHandler.leave()
        score.endRequest()
    }
}
