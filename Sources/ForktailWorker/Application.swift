public import ForktailConfiguration
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
public protocol Application: Sendable {
    /// The version of the program, for `--version` and the first line of the log; `nil` for none.
    ///
    /// `--version` shows it together with forktail's: `todo 1.4.0 (forktail 0.2.0)`.
    static var version: String? { get }

    /// The program's own settings; none unless it declares some.
    static var settings: ApplicationSettings { get }

    /// The program's defaults for forktail's settings, as the text of a configuration file.
    ///
    /// ```swift
    /// static let defaults = """
    ///     worker_class = "event"
    ///     bind = "127.0.0.1:3000"
    ///     """
    /// ```
    static var defaults: String { get }

    /// The program's own commands; none unless it declares some.
    static var commands: [ApplicationCommand] { get }

    /// Makes the application: in each worker after the fork, or, with `preload_app`, once in the
    /// arbiter before it.
    ///
    /// What it makes in the arbiter is shared by all workers until one writes to it. It must not
    /// start threads there, and not open connections or files that are locked or written to: use
    /// `workerDidStart(_:)` for that.
    ///
    /// - Throws: Anything; the worker cannot boot then, and the log says why.
    init() throws

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
    /// The program has no version of its own.
    public static var version: String? { nil }

    /// The program has no settings of its own.
    public static var settings: ApplicationSettings { ApplicationSettings() }

    /// Forktail's defaults hold.
    public static var defaults: String { "" }

    /// The program has no commands of its own.
    public static var commands: [ApplicationCommand] { [] }

    /// Does nothing.
    public func workerDidStart(_ worker: WorkerContext) throws {}

    /// Does nothing.
    public func workerWillStop(_ worker: WorkerContext) {}
}
