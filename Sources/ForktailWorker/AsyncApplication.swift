public import ForktailHTTP

/// The code that answers requests, by handlers that may wait: `Application` with `async`.
///
/// ```swift
/// @main
/// struct Shop: AsyncApplication {
///     init() throws {}
///     func respond(to request: Request) async throws -> Response {
///         let order = try await orders.find(request.path)
///         return Response(json: order)
///     }
/// }
/// ```
///
/// In class `event` the handlers of a worker share its thread: while one waits, others run. See
/// <doc:AsyncHandlers>. In class `sync`, and where `threads` is set, a thread runs one handler to its
/// end, then the next.
public protocol AsyncApplication: ServerProgram {
    /// Runs in each worker after the fork, before it accepts connections: the place to open
    /// connections and to start event-loop groups and tasks.
    ///
    /// - Parameter worker: The worker that has started.
    /// - Throws: Anything; the worker cannot boot then, and the log says why.
    func workerDidStart(_ worker: WorkerContext) async throws

    /// Answers a request.
    ///
    /// Its task is cancelled when the client leaves, after `timeout`, and before the worker is killed
    /// for `graceful_timeout`.
    ///
    /// - Parameter request: What the client asks for.
    /// - Returns: The answer.
    /// - Throws: As `Application.respond(to:)`; a `CancellationError` where the task was cancelled.
    func respond(to request: Request) async throws -> Response

    /// Runs in each worker that stops in an orderly way, after its last request.
    ///
    /// - Parameter worker: The worker that stops.
    func workerWillStop(_ worker: WorkerContext) async
}

extension AsyncApplication {
    /// Does nothing.
    public func workerDidStart(_ worker: WorkerContext) async throws {}

    /// Does nothing.
    public func workerWillStop(_ worker: WorkerContext) async {}
}

/// An asynchronous application for threads that run one handler at a time, each to its end.
package struct BlockingBridge: Application {
    let application: any AsyncApplication

    /// Makes the bridge to an application.
    package init(_ application: any AsyncApplication) {
        self.application = application
    }

    package init() throws {
        throw HTTPError(.internalServerError, "a bridge without an application")
    }

    package func workerDidStart(_ worker: WorkerContext) throws {
        try TaskLoop.ofThread().complete { try await application.workerDidStart(worker) }
    }

    package func respond(to request: Request) throws -> Response {
        try TaskLoop.ofThread().complete { try await application.respond(to: request) }
    }

    package func workerWillStop(_ worker: WorkerContext) {
        // A worker that has served has its loop.
        try? TaskLoop.ofThread().complete { await application.workerWillStop(worker) }
    }
}
