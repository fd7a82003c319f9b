public import ForktailHTTP

/// The code that answers requests.
///
/// A program is one type:
///
/// ```swift
/// import Forktail
///
/// @main
/// struct Hello: Application {
///     init() throws {}
///     func respond(to request: Request) throws -> Response {
///         Response(text: "Hello, World!\n")
///     }
/// }
/// ```
///
/// `main()` gives it forktail's whole command line.
///
/// Each worker has its own application, in a process of its own. State that changes is best kept in
/// a final class, in a `Mutex` of the module Synchronization: handlers may run in several threads.
public protocol Application: ServerProgram {
    /// Runs in each worker after the fork, before it accepts connections: the place to make what
    /// every worker needs for itself.
    ///
    /// - Parameter worker: The worker that has started.
    /// - Throws: Anything; the worker cannot boot then, and the log says why.
    func workerDidStart(_ worker: WorkerContext) throws

    /// Answers a request.
    ///
    /// It may wait and compute for as long as the setting `timeout` allows. HEAD is answered like
    /// GET: the server leaves the body out. A CONNECT that is not taken, see
    /// `Response.init(tunnel:fields:)`, gets a 501.
    ///
    /// - Parameter request: What the client asks for.
    /// - Returns: The answer.
    /// - Throws: An `HTTPError` for an answer that is an error. A `BodyError` that is not caught is a
    ///   4xx of its own. Anything else is a `500` that shows nothing of it, and a line in the
    ///   log that shows all of it.
    func respond(to request: Request) throws -> Response

    /// Runs in each worker that stops in an orderly way, after its last request.
    ///
    /// - Parameter worker: The worker that stops.
    func workerWillStop(_ worker: WorkerContext)
}

extension Application {
    /// What the compiler says of a type without a synchronous handler.
    @available(
        *,
        unavailable,
        message: "an Application needs respond(to:) throws; with async it is an AsyncApplication"
    )
    public func respond(to request: Request) throws -> Response { throw HTTPError(.notImplemented) }

    /// Does nothing.
    public func workerDidStart(_ worker: WorkerContext) throws {}

    /// Does nothing.
    public func workerWillStop(_ worker: WorkerContext) {}
}

/// An application whose stream must be pulled, and ended, by the thread that its handler ran on.
package protocol ThreadBoundApplication: AnyObject, Application {
    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: What the client asks for.
    ///   - sender: Sends the response while this runs; what this returns is not used then, and the
    ///     stream of the response is pulled once it has returned.
    /// - Returns: The answer.
    /// - Throws: As the other `respond`.
    func respond(to request: Request, sending sender: any ResponseSender) throws -> Response

    /// Ends what the thread has left of the request that it has answered, which may take as long as a
    /// handler.
    func endExchange()

    /// Notes what the threads are at, because one of them is stuck; called by the loop, which must not
    /// wait.
    func noteStuckThread()
}

extension ThreadBoundApplication {
    /// Answers a request by one response.
    package func respond(to request: Request) throws -> Response {
        try respond(to: request, sending: NoSender())
    }
}

/// Sends a response while its handler runs; only the thread of the handler may use it.
package protocol ResponseSender: AnyObject {
    /// Sends the head.
    ///
    /// - Parameter response: The head, and the stream that follows once the handler has returned.
    /// - Returns: Whether the client waits for the body.
    /// - Throws: What is wrong with the response.
    func begin(_ response: Response) throws -> Bool

    /// Sends a piece of the body, and waits until the socket has taken it.
    ///
    /// - Returns: Whether the client waits for more.
    func send(_ piece: [UInt8]) -> Bool
}

/// For a handler that no connection waits for.
private final class NoSender: ResponseSender {
    func begin(_ response: Response) throws -> Bool { false }
    func send(_ piece: [UInt8]) -> Bool { false }
}
