public import Forktail
public import Logging

/// Writes what libraries log by swift-log into forktail's log: with the metadata as facts, and with
/// the worker's slot and the request.
///
/// ```swift
/// func workerDidStart(_ worker: WorkerContext) async throws {
///     LoggingSystem.bootstrap { _ in ForktailLogHandler() }
/// }
///
/// func respond(to request: Request) async throws -> Response {
///     try await ForktailLogHandler.$request.withValue(request) { … }
/// }
/// ```
public struct ForktailLogHandler: LogHandler {
    /// The request that is being answered: a value of the task, which its child tasks see as well.
    @TaskLocal public static var request: Request?

    /// The metadata of the logger.
    public var metadata: Logger.Metadata = [:]
    /// Gives more metadata where a line is written.
    public var metadataProvider: Logger.MetadataProvider?
    /// Forktail's setting `loglevel` decides what is written.
    public var logLevel = Logger.Level.trace

    /// Makes a handler for a logger.
    public init() {}

    /// One value of the logger's metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    public func log(event: Logging.LogEvent) {
        var facts = metadata
        facts.merge(metadataProvider?.get() ?? [:]) { $1 }
        facts.merge(event.metadata ?? [:]) { $1 }
        WorkerContext.current?
            .log(
                LogLevel(event.level),
                "\(event.message)",
                members: facts.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) },
                of: Self.request
            )
    }
}

extension LogLevel {
    fileprivate init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .debug
            case .info, .notice: .info
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}

extension JSON {
    fileprivate init(_ value: Logger.MetadataValue) {
        self =
            switch value {
            case .string(let text): .string(text)
            case .stringConvertible(let value): .string("\(value)")
            case .array(let values): .array(values.map(JSON.init))
            case .dictionary(let members):
                .object(
                    members.sorted { $0.key < $1.key }.map { (name: $0.key, value: JSON($0.value)) }
                )
            }
    }
}
