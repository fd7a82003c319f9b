import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Writes one line per answer, by one write(2), at once: a crash loses none.
final class AccessLog {
    private let file: LogFile
    private let parts: [Part]
    private let isJSON: Bool
    private let context: WorkerContext
    private let clock = LogClock()
    /// The room for a line, used again for the next.
    private var line = ByteBuffer()

    /// A part of the format, ready to be written.
    private enum Part {
        case literal([UInt8])
        case atom(AccessLogAtom)
    }

    /// Compiles the format of the settings.
    init(_ file: LogFile, context: WorkerContext) throws {
        self.file = file
        self.context = context
        parts = try AccessLogFormat(context.configuration.accessLogFormat).parts.map { part in
            switch part {
            case .literal(let text): .literal(Array(text.utf8))
            case .atom(let atom): .atom(atom)
            }
        }
        isJSON = context.configuration.logFormat == .json
    }

    /// Writes the line of an answer.
    func write(_ exchange: Exchange) {
        let entry = AccessLogEntry(exchange, processID: context.processID, clock: clock)
        line.truncate()
        if isJSON {
            entry.appendJSON(to: &line)
        } else {
            for part in parts {
                switch part {
                case .literal(let text): line.append(text.span)
                case .atom(let atom): entry.append(atom, to: &line)
                }
            }
        }
        line.append(UInt8(ascii: "\n"))
        do throws(Errno) {
            try line.withBytes { (bytes) throws(Errno) in
                try file.write(UnsafeRawBufferPointer(bytes))
            }
        } catch {
            context.logger.error("accesslog \(file.path): \(error); a line is lost")
        }
    }
}
