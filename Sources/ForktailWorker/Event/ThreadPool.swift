import ForktailConnection
import ForktailHTTP
import ForktailSystem
import Synchronization

/// Threads that do work for the loop.
final class ThreadPool: Sendable {
    /// What a thread can be given to do.
    protocol Work: AnyObject, Sendable {
        func run(in thread: WorkerThread)
    }

    private let waiting = Mailbox<any Work>()
    /// How many threads are idle, without those that work was queued for.
    private let idle = Atomic(0)
    private let count = Atomic(0)
    /// How many idle threads are kept.
    private let kept: Int
    private let makeIO: @Sendable () -> ConnectionIO
    /// Whether the kernel prefers other threads to these.
    private let isBackground: Bool

    /// Makes a pool without threads.
    ///
    /// - Parameters:
    ///   - kept: How many idle threads are kept.
    ///   - isBackground: Whether the kernel prefers other threads to these.
    ///   - makeIO: Makes what a thread needs to drive connections.
    init(kept: Int, isBackground: Bool, makeIO: @escaping @Sendable () -> ConnectionIO) {
        self.kept = kept
        self.isBackground = isBackground
        self.makeIO = makeIO
    }

    /// Gives the work to an idle thread, or to a new one.
    ///
    /// Only the loop calls it.
    func start(_ work: any Work) throws(Errno) {
        if idle.load(ordering: .acquiring) > 0 {
            idle.subtract(1, ordering: .acquiringAndReleasing)
        } else {
            try addThread()
        }
        waiting.put(work)
    }

    /// Queues the work for the next free thread.
    func submit(_ work: any Work) {
        waiting.put(work)
    }

    /// Starts a thread that waits for work.
    func addThread() throws(Errno) {
        try Thread.start { [self] in
            let number = count.add(1, ordering: .relaxed).newValue
            let thread = WorkerThread(number, makeIO)
            if isBackground { Thread.lowerPriority() }
            // If this fails, the crash handler runs on the thread's own stack, which a stack overflow
            // makes unusable.
            try? CrashHandler.enterThread(notingIn: thread.score)
            repeat { waiting.take().run(in: thread) } while becomeIdle()
            CrashHandler.leaveThread()
            TaskLoop.leaveThread()
            thread.score.discard()
        }
    }

    /// - Returns: False where enough threads are idle already.
    private func becomeIdle() -> Bool {
        var count = idle.load(ordering: .relaxed)
        while count < kept {
            let (exchanged, original) = idle.compareExchange(
                expected: count,
                desired: count + 1,
                ordering: .acquiringAndReleasing
            )
            if exchanged { return true }
            count = original
        }
        return false
    }
}

/// What belongs to a thread.
final class WorkerThread {
    /// Where the thread notes its request, for a death report.
    let score = ScoreboardEntry.makePrivate()
    private let makeIO: () -> ConnectionIO
    /// What it drives connections with.
    private(set) lazy var io = makeIO()

    /// Its number in the pool, from 1 on.
    let number: Int

    init(_ number: Int, _ makeIO: @escaping () -> ConnectionIO) {
        self.number = number
        self.makeIO = makeIO
    }
}

/// What a thread gives back to the loop.
enum Completion {
    case job(HandlerJob)
    case delegation(Delegation)
}

/// Wakes the loop from another thread or a signal handler.
final class LoopWaker: Sendable {
    private let counter: FileDescriptor

    init() throws(Errno) {
        counter = try WorkerSignals.makeWakeDescriptor()
    }

    /// The number to wait for.
    var number: CInt { counter.rawValue }

    func wake() {
        // A counter that is full wakes as well as one that counts.
        try? counter.add(1)
    }

    func clear() {
        // An empty counter has been cleared already.
        try? counter.reset()
    }
}
