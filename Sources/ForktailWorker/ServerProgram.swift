public import ForktailConfiguration

/// What a program declares of itself, whether its handlers are synchronous or not: see `Application`
/// and `AsyncApplication`.
public protocol ServerProgram: Sendable {
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
    /// start threads or tasks there, and not open connections or files that are locked or written to:
    /// use `workerDidStart(_:)` for that.
    ///
    /// - Throws: Anything; the worker cannot boot then, and the log says why.
    init() throws
}

extension ServerProgram {
    /// The program has no version of its own.
    public static var version: String? { nil }

    /// The program has no settings of its own.
    public static var settings: ApplicationSettings { ApplicationSettings() }

    /// Forktail's defaults hold.
    public static var defaults: String { "" }

    /// The program has no commands of its own.
    public static var commands: [ApplicationCommand] { [] }
}
