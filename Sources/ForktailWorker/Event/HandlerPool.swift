import ForktailHTTP
import ForktailSystem

/// The threads in which the application answers, where there are any.
final class HandlerPool: Sendable {
    private let handler: RequestHandler
    private let jobs = Mailbox<HandlerJob>()
    private let finished: Mailbox<Completion>
    private let alarm: LoopAlarm

    /// Starts the threads.
    init(
        threads: Int,
        handler: RequestHandler,
        finished: Mailbox<Completion>,
        alarm: LoopAlarm
    ) throws(Errno) {
        self.handler = handler
        self.finished = finished
        self.alarm = alarm
        for _ in 0..<threads { try addThread() }
    }

    /// Starts a thread, at the beginning or in the place of one that is stuck.
    func addThread() throws(Errno) {
        try Thread.start { [self] in
            let score = ScoreboardEntry.makePrivate()
            // Without a stack of its own the crash handler would do without it, or not run at all.
            try? CrashHandler.enterThread(notingIn: score)
            while true { run(jobs.take(), score) }
        }
    }

    /// Has a thread do the work when one is free.
    func submit(_ job: HandlerJob) {
        jobs.put(job)
    }

    private func run(_ job: HandlerJob, _ score: ScoreboardEntry) {
        guard job.claim() else { return }
        CrashHandler.enter(job.connection.number)
        score.beginRequest(job.request.storage, since: job.start)
        switch job.work {
        case .answer:
            job.result = .response(handler.response(to: job.request))
        case .pull(let next, _):
            do {
                job.result = .piece(try next())
            } catch {
                job.result = .failure(error)
            }
        }
        score.endRequest()
        CrashHandler.leave()
        finished.put(.job(job))
        alarm.ring()
    }
}

/// What a thread gives back to the loop.
enum Completion {
    case job(HandlerJob)
    case exchange(DetachedExchange)
}

/// Wakes the loop from another thread.
final class LoopAlarm: Sendable {
    private let wake: FileDescriptor

    init() throws(Errno) {
        wake = try WorkerSignals.makeWakeDescriptor()
    }

    /// The number to wait for.
    var number: CInt { wake.rawValue }

    func ring() {
        // A counter that is full wakes as well as one that counts.
        try? wake.add(1)
    }

    func silence() {
        // Where nothing is to be read, somebody else has read it.
        try? wake.reset()
    }
}
