public import ForktailHTTP
import ForktailSystem

/// A clock whose timers are those of the worker's loop, so that waiting uses no other thread.
///
/// It never wakes too early, and up to 20 ms late. Outside of a request's task, such as in
/// `Task.detached`, it sleeps like `ContinuousClock`.
///
/// ```swift
/// try await Task.sleep(for: .seconds(1), clock: WorkerClock())
/// ```
public struct WorkerClock: Clock {
    /// A time of the system's clock, which stands still while the machine sleeps.
    public typealias Instant = SuspendingClock.Instant

    /// Makes the clock.
    public init() {}

    /// The time.
    public var now: Instant { SuspendingClock.now }

    /// How late it may wake.
    public var minimumResolution: Duration { .milliseconds(20) }

    /// Waits without blocking the thread.
    ///
    /// - Parameters:
    ///   - deadline: Until when.
    ///   - tolerance: How much later it may wake; it is not used.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        guard let loop = TaskLoop.current else {
            return try await Task.sleep(until: deadline, clock: SuspendingClock())
        }
        let sleeper = Sleeper()
        let timer = loop.set(sleeper, to: .now() + now.duration(to: deadline))
        await withTaskCancellationHandler {
            await sleeper.sleep()
        } onCancel: {
            sleeper.wake()
        }
        loop.perform { loop.remove(timer) }
        try Task.checkCancellation()
    }
}

extension Request {
    /// Waits without blocking the worker, by its loop's timers; see `WorkerClock`.
    ///
    /// - Parameter duration: How long; it counts against `timeout`.
    /// - Throws: `CancellationError` as soon as the task is cancelled, as when the client leaves.
    public func sleep(for duration: Duration) async throws {
        let clock = WorkerClock()
        try await clock.sleep(until: clock.now.advanced(by: duration))
    }
}
