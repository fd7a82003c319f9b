public import ForktailConfiguration
public import ForktailHTTP
package import ForktailLog
import ForktailSystem
package import ForktailValues

/// The worker process that the code runs in.
public struct WorkerContext: Sendable {
    /// The worker's stable place, 0 … n-1; a replacement takes over its number.
    public let slot: Int
    /// Which reload its settings came from, counted from 1.
    public let generation: Int
    /// The worker's process.
    public let processID: Int32
    /// The arbiter's process, to which signals are sent.
    public let arbiterProcessID: Int32
    /// The settings it serves with.
    public let configuration: Configuration
    let logger: Logger
    let score: ScoreboardEntry
    /// What it is in a message where it is no worker, such as "the observer".
    var role: String?

    /// Makes the context of a worker that no arbiter has, to test an application with.
    ///
    /// It logs to standard error, and is never told to stop.
    ///
    /// - Parameters:
    ///   - slot: The worker's place.
    ///   - configuration: The settings.
    /// - Returns: The context, which is not `current`.
    /// - Throws: Why standard error can't be opened.
    public static func forTests(
        slot: Int = 0,
        configuration: Configuration = Configuration()
    ) throws -> WorkerContext {
        WorkerContext(
            slot: slot,
            generation: 1,
            processID: Process.id.rawValue,
            arbiterProcessID: Process.parentID.rawValue,
            configuration: configuration,
            logger: try loggerForTests.get(),
            score: .makePrivate()
        )
    }

    /// It is never given up, as standard error would be with it.
    private static let loggerForTests = Result {
        Logger(
            file: try LogFile(path: "-", stream: .standardError),
            threshold: .info,
            form: .text,
            journalStream: nil
        )
    }

    // SAFETY: written once, by `WorkerProcess` while the process has one thread and before any
    // application code runs in it; read-only from then on.
    nonisolated(unsafe) private static var own: WorkerContext?

    /// The worker that this process is, or nil in the arbiter.
    public static var current: WorkerContext? { own }

    /// What a message calls the process: `worker 3`.
    var title: String { role ?? "worker \(slot)" }

    /// The field of a log line that names the worker.
    var slotFields: [LogField] { role == nil ? [LogField("slot", slot)] : [] }

    static func become(_ context: WorkerContext) {
        own = context
    }

    /// Whether the service is about to stop.
    ///
    /// It is true from the signal on, also while `shutdown_delay` lasts: the
    /// moment for a readiness check to fail, so that a load balancer sends its clients elsewhere.
    public var isStopping: Bool { score.isStopping || WorkerSignals.stop != .none }

    /// Waits for the given time, or until the worker is told to stop.
    ///
    /// It is for streams and handlers that wait, for example to send events. A stop, a reload or a
    /// replacement of the worker ends the wait. A stream that catches the error may return a last
    /// piece, which still reaches the client.
    ///
    /// ```swift
    /// Response(contentType: "text/event-stream") {
    ///     guard !isOver else { return nil }
    ///     do {
    ///         try WorkerContext.current?.wait(for: .seconds(5))
    ///         return Array("data: tick\n\n".utf8)
    ///     } catch {
    ///         isOver = true
    ///         return Array("event: bye\ndata:\n\n".utf8)
    ///     }
    /// }
    /// ```
    ///
    /// - Parameter duration: How long to wait; it counts against `timeout`.
    /// - Throws: `WorkerStopping` where the worker stops.
    public func wait(for duration: Duration) throws(WorkerStopping) {
        let end = Instant.now() + duration
        while true {
            if WorkerSignals.stop != .none { throw WorkerStopping() }
            let rest = end - .now()
            guard rest > .zero else { return }
            // A signal wakes only one thread of the process.
            Process.sleep(for: min(rest, .milliseconds(50)))
        }
    }

    /// Writes a line to the server's log.
    ///
    /// ```swift
    /// worker.log(.info, "an order is paid", ["order": 17, "customer": JSON(name)], of: request)
    /// ```
    ///
    /// is `an order is paid (order: 17, customer: Ann)`, and in the JSON form has the facts as an
    /// object, `facts`, beside the request's client, line and id.
    ///
    /// - Parameters:
    ///   - level: How much it matters.
    ///   - message: What happened; control characters are escaped.
    ///   - facts: Named facts about it.
    ///   - request: The request in which it happened.
    public func log(
        _ level: LogLevel,
        _ message: String,
        _ facts: KeyValuePairs<String, JSON> = [:],
        of request: Request? = nil
    ) {
        log(level, message, members: Array(facts), of: request)
    }

    /// Writes a line to the server's log, with facts whose names are not known before, as a bridge
    /// from another library's log has them; see `log(_:_:_:of:)`.
    public func log(
        _ level: LogLevel,
        _ message: String,
        members facts: [(key: String, value: JSON)],
        of request: Request? = nil
    ) {
        var fields = [LogField("slot", slot)]
        if let request { fields += request.logFields }
        if !facts.isEmpty { fields.append(LogField("facts", members: facts.map(LogField.init))) }
        let texts = facts.map {
            "\($0): \($1.stringValue ?? String(decoding: $1.serialized, as: UTF8.self))"
        }
        let text = texts.isEmpty ? message : "\(message) (\(texts.joined(separator: ", ")))"
        logger.log(level, .application, text, fields)
    }

    /// Writes a line about an event, with the facts of it.
    package func log(
        _ level: LogLevel,
        _ event: LogEvent,
        _ message: String,
        _ fields: [LogField],
        traceback: String = ""
    ) {
        logger.log(level, event, message, fields, traceback: traceback)
    }
}

extension Request {
    /// The client, what it asked for and the id, if there is one, for the JSON form of the log.
    var logFields: [LogField] {
        [LogField("client", remoteAddress.host), LogField("request", line)]
            + (id.map { [LogField("request_id", $0)] } ?? [])
    }
}

extension LogField {
    /// A fact as the application gives it; arrays and objects become their text.
    fileprivate init(_ name: String, _ value: JSON) {
        switch value {
        case .bool(let isTrue): self.init(name, isTrue)
        case .integer(let number): self.init(name, number)
        case .number(let number): self.init(name, number)
        case .string(let text): self.init(name, text)
        case .null, .array, .object:
            self.init(name, String(decoding: value.serialized, as: UTF8.self))
        }
    }
}

/// The worker is about to stop: finish the work and return.
public struct WorkerStopping: Error {}
