import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Writes one line per answer, by one call, at once: a crash loses none.
final class AccessLog {
    private let file: LogFile
    private let parts: [Part]
    private let fields: [AccessLogField]
    private let isJSON: Bool
    private let context: WorkerContext
    private let clock = LogClock()
    /// Whether a line depends on the response beyond what marks stand for.
    private let needsResponse: Bool
    /// The requests that are begun and have no line.
    private let openRequests: OpenRequestWriter?
    /// The room for a line, used again for the next.
    private var line = ByteBuffer()

    /// A part of the format, ready to be written.
    private enum Part {
        case literal([UInt8])
        case atom(AccessLogAtom)
    }

    /// Compiles the format of the settings, for a service with HTTPS or without.
    init(
        _ file: LogFile,
        context: WorkerContext,
        withTLS: Bool,
        openRequests: OpenRequestTable?
    ) throws {
        self.file = file
        self.context = context
        self.openRequests = openRequests.map(OpenRequestWriter.init)
        parts = Self.parts(
            of: try AccessLogFormat(context.configuration.accessLogFormat),
            processID: context.processID
        )
        isJSON = context.configuration.logFormat == .json
        fields = context.configuration.accessLogFields.flatMap { $0.all(withTLS: withTLS) }
        needsResponse =
            isJSON
            ? fields.contains { if case .responseHeader = $0 { true } else { false } }
            : parts.contains { if case .atom(.responseField) = $0 { true } else { false } }
    }

    /// The parts of a format; what is the same in each line is one literal with its neighbours.
    private static func parts(of format: AccessLogFormat, processID: Int32) -> [Part] {
        var parts: [Part] = []
        var literal: [UInt8] = []
        for part in format.parts {
            switch part {
            case .literal(let text): literal += text.utf8
            case .atom(let atom):
                if let constant = atom.constant(processID: processID) {
                    literal += constant.utf8
                    continue
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                parts.append(.atom(atom))
            }
        }
        return literal.isEmpty ? parts : parts + [.literal(literal)]
    }

    /// Notes a request that is about to be served, whose line the arbiter writes if this worker dies.
    func begin(_ connection: ClientConnection) {
        guard let openRequests, connection.openRequest == nil else { return }
        let exchange = connection.exchange
        let entry = AccessLogEntry(begun: exchange, processID: context.processID, clock: clock)
        line.truncate()
        if !isJSON {
            for part in parts { append(part, of: entry, isMarked: true, to: &line) }
        }
        var isWhole = true
        if isJSON || line.count > OpenRequestWriter.textLimit {
            let text = isJSON ? json(entry, isMarked: true) : text(of: entry, isMarked: true)
            // The arbiter ends the line.
            let limit = OpenRequestWriter.textLimit + 1
            isWhole = text.fits(limit)
            let bytes = text.line(limit: limit)
            line.truncate()
            line.append(bytes.span)
            line.truncate(to: line.count - 1)
        }
        line.withSpan { text in
            let request = openRequests.begin(text, isWhole: isWhole, start: exchange.start)
            connection.setOpenRequest(request)
        }
    }

    /// Writes the line of an exchange.
    func write(_ connection: ClientConnection) {
        let exchange = connection.exchange
        let entry = AccessLogEntry(ended: exchange, processID: context.processID, clock: clock)
        let isTaken: Bool
        if let request = connection.openRequest, request.isWhole, !needsResponse {
            isTaken = finish(request, entry)
        } else {
            isTaken = isJSON ? write(json(entry)) : write(entry)
        }
        if isTaken && file.hasLoss { context.logger.reportLoss(of: file) }
        guard let request = connection.openRequest else { return }
        connection.setOpenRequest(nil)
        openRequests?.end(request)
    }

    /// Writes the line that was begun with the request, with the values that were not known then.
    private func finish(_ request: OpenRequest, _ entry: AccessLogEntry) -> Bool {
        line.truncate()
        request.withText { text in
            var start = 0
            while start < text.count {
                let end = LogText.firstHighByte(of: text, from: start)
                line.append(text.extracting(start..<end))
                guard end < text.count else { break }
                if let mark = AccessLogMark(rawValue: text[end]) {
                    entry.append(mark, to: &line)
                } else {
                    line.append(text[end])
                }
                start = end + 1
            }
        }
        line.append(UInt8(ascii: "\n"))
        guard line.count <= file.lineLimit else {
            return isJSON ? write(json(entry)) : write(self.text(of: entry))
        }
        return line.withBytes { file.write(UnsafeRawBufferPointer($0)) }
    }

    private func json(_ entry: AccessLogEntry, isMarked: Bool = false) -> LineText {
        entry.json(fields, slot: context.slot, isMarked: isMarked)
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

    private func append(
        _ part: Part,
        of entry: AccessLogEntry,
        isMarked: Bool = false,
        to line: inout ByteBuffer
    ) {
        switch part {
        case .literal(let text): line.append(text.span)
        case .atom(let atom) where isMarked: entry.appendMarked(atom, to: &line)
        case .atom(let atom): entry.append(atom, to: &line)
        }
    }

    /// The same line in pieces, so that its longest atoms can be cut.
    private func text(of entry: AccessLogEntry, isMarked: Bool = false) -> LineText {
        var text = LineText()
        for part in parts {
            var piece = ByteBuffer()
            append(part, of: entry, isMarked: isMarked, to: &piece)
            switch part {
            case .literal: text.append(piece.array)
            case .atom: text.append(atom: piece.array)
            }
        }
        return text
    }
}
