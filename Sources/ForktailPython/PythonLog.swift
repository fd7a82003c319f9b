import ForktailConfiguration
import ForktailLog
import ForktailValues
import ForktailWorker

/// What Python's code writes to the server's log.
enum PythonLog {
    // SAFETY: it is set before the application is loaded, which may start threads.
    nonisolated(unsafe) private static var origin: WorkerOrigin?

    /// Writes what is logged before there is a worker to the log of the process that forks workers.
    static func write(to origin: WorkerOrigin) {
        self.origin = origin
    }

    /// Writes a line, and a traceback.
    static func write(
        _ level: LogLevel,
        _ logger: String,
        _ message: String,
        _ traceback: String,
        of request: String?
    ) {
        var fields = [LogField("logger", logger)]
        if let request { fields.append(LogField("request", request)) }
        guard let context = WorkerContext.current else {
            origin?.log(level, message, fields, traceback: traceback)
            return
        }
        fields.insert(LogField("slot", context.slot), at: 0)
        context.log(level, .application, message, fields, traceback: traceback)
    }

    /// Writes that the application has failed.
    ///
    /// - Parameters:
    ///   - summary: The exception.
    ///   - traceback: Where it was raised.
    ///   - request: The request line.
    ///   - client: The address of the client.
    ///   - id: The id of the request; nil where it has none.
    static func fail(
        _ summary: String,
        _ traceback: String,
        request: String,
        of client: String,
        id: String?
    ) {
        guard let context = WorkerContext.current else { return }
        context.log(
            .error,
            .handlerThrew,
            "\(client) \(request): the application failed: \(summary)",
            [
                LogField("slot", context.slot), LogField("error", summary),
                LogField("client", client), LogField("request", request),
            ] + (id.map { [LogField("request_id", $0)] } ?? []),
            traceback: traceback
        )
    }
}
