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

    private let file: LogFile
    private let threshold: LogLevel
    private let form: Form
    private let isJournal: Bool

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

    /// Writes a line, if it matters enough.
    package func log(_ severity: LogLevel, _ message: String, _ fields: [LogField] = []) {
        guard severity >= threshold else { return }
        let line =
            switch form {
            case .text: textLine(severity, message)
            case .json: jsonLine(severity, message, fields)
            }
        // A log that can't be written to has nowhere to say so.
        try? line.span.bytes.withUnsafeBytes { (bytes) throws(Errno) in try file.write(bytes) }
    }

    package func debug(_ message: String, _ fields: [LogField] = []) {
        log(.debug, message, fields)
    }

    package func info(_ message: String, _ fields: [LogField] = []) {
        log(.info, message, fields)
    }

    package func warning(_ message: String, _ fields: [LogField] = []) {
        log(.warning, message, fields)
    }

    package func error(_ message: String, _ fields: [LogField] = []) {
        log(.error, message, fields)
    }

    package func critical(_ message: String, _ fields: [LogField] = []) {
        log(.critical, message, fields)
    }

    // SAFETY: written once, by a worker while its process has one thread; read-only from then on.
    nonisolated(unsafe) private static var own: Logger?

    /// The log of this process, for code that has no other way to it; nil in the arbiter.
    package static var current: Logger? { own }

    /// Makes a logger the one of this process.
    package static func become(_ logger: Logger) {
        own = logger
    }

    /// The number of the file's descriptor.
    package var descriptor: CInt { file.number }

    /// Writes from now on to a file that another process has opened.
    package func replace(with file: SharedDescriptor) throws(Errno) {
        try self.file.replace(with: file)
    }

    /// Reopens the log's file.
    package func reopen() throws(Errno) {
        try file.reopen()
    }

    private func textLine(_ severity: LogLevel, _ message: String) -> [UInt8] {
        var line = Array(prefix(severity).utf8)
        LogText.appendEscaped(message, quotes: false, to: &line)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func prefix(_ severity: LogLevel) -> String {
        isJournal
            ? "<\(severity.syslogPriority)>"
            : "\(WallClock.now().timestamp) [\(Process.id)] \(severity.rawValue) "
    }

    private func jsonLine(
        _ severity: LogLevel,
        _ message: String,
        _ fields: [LogField]
    ) -> [UInt8] {
        var line = isJournal ? Array("<\(severity.syslogPriority)>".utf8) : []
        line += "{\"time\":\"\(WallClock.now().timestamp)\",\"pid\":\(Process.id)".utf8
        line += ",\"level\":\"\(severity.rawValue)\",\"message\":".utf8
        LogText.appendJSON(message, to: &line)
        for field in fields {
            line.append(UInt8(ascii: ","))
            LogText.appendJSON(field.name, to: &line)
            line.append(UInt8(ascii: ":"))
            field.value.append(to: &line)
        }
        line += "}\n".utf8
        return line
    }
}

extension LogField.Value {
    fileprivate func append(to line: inout [UInt8]) {
        switch self {
        case .text(let text): LogText.appendJSON(text, to: &line)
        case .number(let number): line += String(number).utf8
        case .seconds(let duration): line += LogText.seconds(duration).utf8
        }
    }
}
