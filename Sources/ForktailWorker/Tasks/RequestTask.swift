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
    enum Outcome {
        case response(Response)
        case bodyFailed(BodyError)
        case piece([UInt8]?)
        case streamFailed(any Error)
        /// The error of its cancellation.
        case cancelled
    }

    /// The request that a job's crash is told of.
    struct Subject {
        let request: Request
        let start: Instant
        let score: ScoreboardEntry
        /// The connection; nil once it does not wait for the task any more.
        var ticket: ClientConnection.Ticket?
    }

    let loop: TaskLoop
    /// Nil where the thread has named its request already.
    private(set) var subject: Subject?
    private(set) var outcome: Outcome?
    private(set) var isCancelled = false
    /// Whether the driver has done something else since the task began.
    private(set) var isWaiting = false
    private var task: Task<Void, Never>?

    init(on loop: TaskLoop, _ subject: Subject? = nil) {
        self.loop = loop
        self.subject = subject
    }

    /// Starts the task, and runs it until it waits for the first time.
    func start(_ operation: @escaping @Sendable () async -> Void) {
        task = Task.immediate(executorPreference: self, operation: operation)
    }

    /// The same for a task that ends with an outcome.
    ///
    /// - Returns: The outcome; nil where the task waits.
    func begin(_ operation: @escaping () async -> Outcome) -> Outcome? {
        nonisolated(unsafe) let operation = operation
        start { [self] in
            let outcome = await operation()
            end(outcome)
        }
        isWaiting = true
        if outcome != nil { forget() }
        return outcome
    }

    /// Lets go of the task, which refers to this executor.
    func forget() { task = nil }

    private func end(_ outcome: Outcome) {
        self.outcome = outcome
        guard isWaiting else { return }
        forget()
        loop.report(self)
    }

    func cancel() {
        isCancelled = true
        task?.cancel()
    }

    /// The connection has given the task up, which may still run.
    func abandon() {
        subject?.ticket = nil
        cancel()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(UnownedJob(job), of: self)
    }

    func run(_ job: UnownedJob) {
        guard let subject else { return job.runSynchronously(on: asUnownedTaskExecutor()) }
        subject.enter()
        job.runSynchronously(on: asUnownedTaskExecutor())
        subject.leave()
    }
}

extension RequestTask.Subject {
    /// Names the request to the crash handler and on the scoreboard.
    func enter() {
        score.begin(request, since: start)
        if let ticket { CrashHandler.enter(CInt(ticket.index)) }
    }

    func leave() {
        CrashHandler.leave()
        score.endRequest()
    }
}
