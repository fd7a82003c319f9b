// Runs the jobs of Swift's tasks on one thread, between other things that the thread does: no other
// thread is started, and each job belongs to a request.
//
// Invariant: only the thread of the loop runs jobs and touches timers. Other threads leave what they
// have in a mailbox and wake it.

import ForktailConnection
import ForktailHTTP
import ForktailSystem
import Synchronization

final class TaskLoop: @unchecked Sendable {
    // SAFETY: all but the mailbox, the flag and the waker is used by the loop's own thread only, which
    // `isCurrent` tells.

    /// Something to do on the thread.
    private enum Work {
        case job(UnownedJob, RequestTask)
        case call(@Sendable () -> Void)
    }

    private var work: [Work] = []
    /// The memory of what was done last.
    private var spareWork: [Work] = []
    private let arrived = Mailbox<Work>()
    private let hasArrived = Atomic(false)
    /// Tells that other threads have left something.
    private let waker: LoopWaker
    /// The queue of `@MainActor`, where this is the main thread.
    private let mainQueue = MainQueue()
    /// What to wait for.
    let descriptors: [CInt]
    /// Tasks that have ended.
    private var reports: [RequestTask] = []
    private var sleepers: [Sleeper?] = []
    private var freeSleepers: [Int] = []
    private var timers = TimerWheel(at: .now())

    private init() throws(Errno) {
        waker = try LoopWaker()
        descriptors = [waker.number] + (mainQueue.map { [$0.number] } ?? [])
    }

    /// The loop of the calling thread, which is made where there is none.
    static func ofThread() throws(Errno) -> TaskLoop {
        if let current { return current }
        let loop = try TaskLoop()
        ThreadPointer.own = Unmanaged.passRetained(loop).toOpaque()
        return loop
    }

    /// The loop of the calling thread; nil where it has none.
    static var current: TaskLoop? {
        // SAFETY: `ofThread` has retained the loop, until `leaveThread`.
        ThreadPointer.own.map { Unmanaged<TaskLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Frees the loop of a thread that ends.
    static func leaveThread() {
        guard let pointer = ThreadPointer.own else { return }
        ThreadPointer.own = nil
        // SAFETY: it is the reference of `ofThread`.
        Unmanaged<TaskLoop>.fromOpaque(pointer).release()
    }

    /// Whether the calling thread is that of the loop.
    var isCurrent: Bool { ThreadPointer.own == Unmanaged.passUnretained(self).toOpaque() }

    func enqueue(_ job: UnownedJob, of task: RequestTask) { add(.job(job, task)) }

    /// Calls `body` on the loop's thread: at once where that is the calling one.
    func perform(_ body: @escaping @Sendable () -> Void) {
        if isCurrent { body() } else { add(.call(body)) }
    }

    private func add(_ item: sending Work) {
        if isCurrent {
            work.append(item)
        } else {
            arrived.put(item)
            hasArrived.store(true, ordering: .releasing)
            waker.wake()
        }
    }

    /// Puts a task on the list of those that have ended, for the driver.
    func report(_ task: RequestTask) { reports.append(task) }

    /// Takes the next task of the list.
    func takeReport() -> RequestTask? { reports.isEmpty ? nil : reports.removeFirst() }

    // MARK: Turns

    /// Whether there is something to do at once.
    var isBusy: Bool { !work.isEmpty || hasArrived.load(ordering: .acquiring) }

    /// Runs what was there at the call.
    ///
    /// - Parameters:
    ///   - now: The time, for timers.
    ///   - beforeEach: Is called before each job.
    func run(at now: Instant, beforeEach: () -> Void = {}) {
        for index in timers.takeDue(at: now) { sleepers[index]?.wake() }
        if hasArrived.exchange(false, ordering: .acquiringAndReleasing) {
            work += arrived.takeAll()
        }
        guard !work.isEmpty else { return }
        var due = spareWork
        spareWork = []
        swap(&work, &due)
        for item in due {
            beforeEach()
            switch item {
            case .job(let job, let task): task.run(job)
            case .call(let body): body()
            }
        }
        due.removeAll(keepingCapacity: true)
        spareWork = due
    }

    /// How long it is until there is something to do, as far as is known, if that is within `limit`.
    func timeToNext(at now: Instant, atMost limit: Duration) -> Duration {
        isBusy ? .zero : timers.wait(at: now, atMost: limit)
    }

    /// Runs a task to its end: the calling thread does nothing else meanwhile.
    func complete<Value>(_ operation: () async throws -> Value) throws -> Value {
        try withoutActuallyEscaping(operation) { operation in
            nonisolated(unsafe) let operation = operation
            nonisolated(unsafe) var result: Result<Value, any Error>?
            let task = RequestTask(on: self)
            task.start {
                do {
                    result = .success(try await operation())
                } catch {
                    result = .failure(error)
                }
            }
            while true {
                if let result {
                    task.forget()
                    return try result.get()
                }
                run(at: .now())
                if result == nil { wait() }
            }
        }
    }

    private func wait() {
        let limit = timeToNext(at: .now(), atMost: .seconds(60))
        do throws(Errno) {
            for number in try Poll.readable(descriptors, timeout: limit) { handle(number) }
        } catch {
            // Its arguments are right: there is nothing else that could fail.
            Process.leave(.systemError)
        }
    }

    /// Handles input of one of the loop's descriptors.
    func handle(_ number: CInt) {
        if number == waker.number { waker.clear() } else { mainQueue?.drain() }
    }

    // MARK: Timers

    /// Makes the loop wake a sleeper.
    ///
    /// - Returns: The number of its timer.
    func set(_ sleeper: Sleeper, to deadline: Instant) -> Int {
        let index = freeSleepers.popLast() ?? sleepers.endIndex
        if index == sleepers.endIndex { sleepers.append(nil) }
        sleepers[index] = sleeper
        timers.set(index, to: deadline)
        return index
    }

    /// Forgets a timer.
    func remove(_ index: Int) {
        timers.remove(index)
        sleepers[index] = nil
        freeSleepers.append(index)
    }
}
