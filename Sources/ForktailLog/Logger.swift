package import ForktailSystem

/// The server's log: one line an event, written by one write(2).
///
/// Its parts never change, so that threads may share it; a new setting makes a new logger.
package final class Logger: Sendable {
    /// How a line looks.
    package enum Form: Sendable {
        /// `2026-11-22T10:20:56.123Z [4711] info worker 3 ready`.
        case text
        /// An object a line, with the fields by name.
        case json
    }

    let file: LogFile
    private let threshold: LogLevel
    private let form: Form
    /// Whether it writes to the journal, which has time stamps of its own.
    package let isJournal: Bool

    /// Makes a logger.
    ///
    /// - Parameters:
    ///   - file: Where the lines go.
    ///   - threshold: The least severity that is written.
    ///   - form: How a line looks.
    ///   - journalStream: The value of JOURNAL_STREAM; where the file is that stream, lines begin
    ///     with the journal's prefix (`<6>`) instead of a time stamp, which the journal has.
    package init(file: LogFile, threshold: LogLevel, form: Form, journalStream: String?) {
        self.file = file
        self.threshold = threshold
        self.form = form
        isJournal = file.isJournal(journalStream)
    }

    /// Makes the logger of a process that another one has given the open file.
    package init(file: LogFile, threshold: LogLevel, form: Form, isJournal: Bool) {
        self.file = file
        self.threshold = threshold
        self.form = form
        self.isJournal = isJournal
    }

    /// The path of the file from the root, or `-`.
    package var absolutePath: SystemString { file.absolutePath }

    /// Writes a line, if it matters enough.
    ///
    /// - Parameters:
    ///   - severity: How much it matters.
    ///   - event: What it is about, for programs.
    ///   - message: What happened, for people.
    ///   - fields: The facts of the message, for programs.
    ///   - traceback: Lines that belong to it: a field of that name, or lines below it.
    package func log(
        _ severity: LogLevel,
        _ event: LogEvent,
        _ message: String,
        _ fields: [LogField] = [],
        traceback: String = ""
    ) {
        Self.note(severity, event, message)
        guard severity >= Self.prevailingLevel ?? threshold else { return }
        if file.hasLoss { reportLoss() }
        let more = traceback.isEmpty ? [] : [LogField("traceback", traceback)]
        line(severity, event, message, fields + more).withUnsafeBytes { _ = file.write($0) }
        guard form == .text else { return }
        for text in traceback.split(separator: "\n") {
            line(severity, event, "  \(text)", []).withUnsafeBytes { _ = file.write($0) }
        }
    }

    /// Reports how many lines of a log were lost, once it takes lines again.
    ///
    /// - Parameters:
    ///   - log: The access log; nil for this one.
    ///   - isLast: Whether there is no later time to report it.
    package func reportLoss(of log: LogFile? = nil, isLast: Bool = false) {
        let log = log ?? file
        guard log.hasLoss, isLast || log.isWritable, let loss = log.takeLoss() else { return }
        let reason =
            loss.reason == .wouldBlock
            ? "the reader of \(log.name) was too slow"
            : "\(log.name): \(loss.reason)\(loss.reason.limitAdvice)"
        let noun = loss.count == 1 ? "line" : "lines"
        let subject = log === file ? "the server's log" : "the access log"
        let count = UInt64(loss.count).grouped
        let line = line(
            .warning,
            .logLinesLost,
            "\(count) \(noun) of \(subject) lost: \(reason)",
            [
                LogField("log", log === file ? "errorlog" : "accesslog"),
                LogField("path", log.path), LogField("lines", loss.count),
                LogField("reason", loss.reason == .wouldBlock ? "slow_reader" : "\(loss.reason)"),
            ]
        )
        do throws(Errno) {
            try line.span.bytes.withUnsafeBytes { (bytes) throws(Errno) in
                try file.tryWriting(bytes)
            }
        } catch {
            log.restore(loss)
        }
    }

    /// Writes a line that a program has written, whatever the threshold.
    ///
    /// - Parameters:
    ///   - text: The line.
    ///   - source: The program, which the text form puts before it.
    ///   - fields: The program, for the JSON form. A line that is a JSON object already stays as it
    ///     is in that form.
    package func relay(_ text: String, of source: String, _ fields: [LogField]) {
        if file.hasLoss { reportLoss() }
        let line =
            switch form {
            case .text: line(.info, .workerOutput, "\(source): \(text)", fields)
            case .json where isObject(text): Array("\(text)\n".utf8)
            case .json: line(.info, .workerOutput, text, fields)
            }
        line.withUnsafeBytes { _ = file.write($0) }
    }

    /// Whether a text is a JSON object that the log takes as a whole.
    private func isObject(_ text: String) -> Bool {
        text.utf8.count < file.lineLimit && JSONText.isObject(text)
    }

    package func debug(_ event: LogEvent, _ message: String, _ fields: [LogField] = []) {
        log(.debug, event, message, fields)
    }

    package func info(_ event: LogEvent, _ message: String, _ fields: [LogField] = []) {
        log(.info, event, message, fields)
    }

    package func warning(_ event: LogEvent, _ message: String, _ fields: [LogField] = []) {
        log(.warning, event, message, fields)
    }

    package func error(_ event: LogEvent, _ message: String, _ fields: [LogField] = []) {
        log(.error, event, message, fields)
    }

    package func critical(_ event: LogEvent, _ message: String, _ fields: [LogField] = []) {
        log(.critical, event, message, fields)
    }

    // SAFETY: written once, by a worker while its process has one thread; read-only from then on.
    nonisolated(unsafe) private static var own: Logger?

    /// The log of this process, for code that has no other way to it; nil in the arbiter.
    package static var current: Logger? { own }

    /// Makes a logger the one of this process.
    package static func become(_ logger: Logger) {
        own = logger
    }

    /// Continues the count of lost lines of the logger that this one takes over from.
    package func takeOverLoss(of old: Logger) {
        if let loss = old.file.takeLoss() { file.restore(loss) }
    }

    /// Forgets the lost lines, which another process reports: for a child of fork(2).
    func forgetLoss() {
        file.forgetLoss()
    }

    /// The number of the file's descriptor.
    package var descriptor: CInt { file.number }

    /// Writes from now on to a file that another process has opened.
    package func replace(with file: SharedDescriptor) throws(Errno) {
        try self.file.replace(with: file)
    }

    /// The bytes of a line, no longer than the file takes as a whole.
    private func line(
        _ severity: LogLevel,
        _ event: LogEvent,
        _ message: String,
        _ fields: [LogField]
    ) -> [UInt8] {
        let text =
            switch form {
            case .text: textLine(severity, message)
            case .json: jsonLine(severity, event, message, fields)
            }
        return text.line(limit: file.lineLimit)
    }

    private func textLine(_ severity: LogLevel, _ message: String) -> LineText {
        var line = LineText()
        line.append(prefix(severity))
        var escaped: [UInt8] = []
        LogText.appendEscaped(message, quotes: false, to: &escaped)
        line.append(atom: escaped)
        return line
    }

    private func prefix(_ severity: LogLevel) -> String {
        isJournal
            ? "<\(severity.syslogPriority)>"
            : "\(WallClock.now().timestamp) [\(Process.id)] \(severity.rawValue) "
    }

    private func jsonLine(
        _ severity: LogLevel,
        _ event: LogEvent,
        _ message: String,
        _ fields: [LogField]
    ) -> LineText {
        var line = LineText()
        if isJournal { line.append("<\(severity.syslogPriority)>") }
        line.append("{\"time\":\"\(WallClock.now().timestamp)\",\"pid\":\(Process.id)")
        line.append(",\"level\":\"\(severity.rawValue)\",\"event\":\"\(event.rawValue)\"")
        line.append(",\"message\":")
        line.append(json: message)
        for field in fields {
            line.append(",\"\(field.name)\":")
            append(field.value, to: &line)
        }
        line.append("}")
        return line
    }

    private func append(_ value: LogField.Value, to line: inout LineText) {
        switch value {
        case .text(let text): line.append(json: text)
        case .texts(let texts):
            for (index, text) in texts.enumerated() {
                line.append(index == 0 ? "[" : ",")
                line.append(json: text)
            }
            line.append(texts.isEmpty ? "[]" : "]")
        case .number(let number): line.append(String(number))
        case .seconds(let duration): line.append(LogText.seconds(duration))
        case .decimal(let number): line.append(number.isFinite ? "\(number)" : "null")
        case .flag(let isTrue): line.append(isTrue ? "true" : "false")
        case .members(let members):
            for (index, member) in members.enumerated() {
                line.append(index == 0 ? "{" : ",")
                line.append(json: member.name)
                line.append(":")
                append(member.value, to: &line)
            }
            line.append(members.isEmpty ? "{}" : "}")
        }
    }
}
