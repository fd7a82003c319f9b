import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Writes one line per answer, by one call, at once: a crash loses none.
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
        let isTaken = isJSON ? write(entry.json) : write(entry)
        if isTaken && file.hasLoss { context.logger.reportLoss(of: file) }
    }

    private func write(_ text: LineText) -> Bool {
        text.line(limit: file.lineLimit).withUnsafeBytes { file.write($0) }
    }

    private func write(_ entry: AccessLogEntry) -> Bool {
        line.truncate()
        for part in parts { append(part, of: entry, to: &line) }
        line.append(UInt8(ascii: "\n"))
        guard line.count <= file.lineLimit else { return write(text(of: entry)) }
        return line.withBytes { file.write(UnsafeRawBufferPointer($0)) }
    }

    private func append(_ part: Part, of entry: AccessLogEntry, to line: inout ByteBuffer) {
        switch part {
        case .literal(let text): line.append(text.span)
        case .atom(let atom): entry.append(atom, to: &line)
        }
    }

    /// The same line in pieces, so that its longest atoms can be cut.
    private func text(of entry: AccessLogEntry) -> LineText {
        var text = LineText()
        for part in parts {
            var piece = ByteBuffer()
            append(part, of: entry, to: &piece)
            switch part {
            case .literal: text.append(piece.array)
            case .atom: text.append(atom: piece.array)
            }
        }
        return text
    }
}
