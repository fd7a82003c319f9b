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

    /// Writes a line, and those of a traceback below it.
    static func write(
        _ level: LogLevel,
        _ logger: String,
        _ message: String,
        _ traceback: String,
        of request: String?
    ) {
        var fields = [LogField("logger", logger)]
        if let request { fields.append(LogField("request", request)) }
        if !traceback.isEmpty { fields.append(LogField("traceback", traceback)) }
        guard let context = WorkerContext.current else {
            let lines = traceback.split(separator: "\n").map { "  \($0)" }
            origin?.log(level, message, fields)
            guard origin?.configuration.logFormat == .text else { return }
            for line in lines { origin?.log(level, line) }
            return
        }
        fields.insert(LogField("slot", context.slot), at: 0)
        context.log(level, .application, message, fields)
        writeLines(traceback, level, context)
    }

    /// Writes that the application has failed.
    static func fail(_ summary: String, _ traceback: String, _ request: String) {
        guard let context = WorkerContext.current else { return }
        context.log(
            .error,
            .handlerThrew,
            "\(request): the application failed: \(summary)",
            [
                LogField("slot", context.slot), LogField("request", request),
                LogField("error", summary), LogField("traceback", traceback),
            ]
        )
        writeLines(traceback, .error, context)
    }

    /// A line of the text form holds no line break.
    private static func writeLines(_ text: String, _ level: LogLevel, _ context: WorkerContext) {
        guard !text.isEmpty, context.configuration.logFormat == .text else { return }
        for line in text.split(separator: "\n") {
            context.log(level, .application, "  \(line)", [])
        }
    }
}
