import ForktailConfiguration
import ForktailConnection
@_spi(inlined) import ForktailHTTP
import ForktailLog
import ForktailSystem

/// Writes one line per answer, by one call, at once: a crash loses none.
final class AccessLog {
    private let file: LogFile
    private let layout: AccessLogLayout
    private let context: WorkerContext
    private let clock = LogClock()
    private let needsResponse: Bool
    /// The requests that are begun and have no line.
    private var openRequests: OpenRequestWriter?
    /// The room for a line with marks, and for one without, used again for the next.
    private var marked = ByteBuffer()
    private var line = ByteBuffer()

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
        let configuration = context.configuration
        switch configuration.logFormat {
        case .text:
            layout = AccessLogLayout(
                try AccessLogFormat(configuration.accessLogFormat),
                processID: context.processID
            )
        case .json:
            layout = AccessLogLayout(
                configuration.accessLogFields.flatMap { $0.all(withTLS: withTLS) },
                processID: context.processID,
                slot: context.slot
            )
        }
        needsResponse = layout.needsResponse
    }

    /// Notes a request that is about to be served, whose line the arbiter writes if this worker dies.
    func begin(_ exchange: Exchange, of connection: ClientConnection) {
        guard openRequests != nil, connection.openRequest == nil else { return }
        let entry = AccessLogEntry(exchange)
        mark(entry)
        let isCut = marked.count > OpenRequestWriter.textLimit
        if isCut {
            // The arbiter ends the line.
            let bytes = text(of: entry).line(limit: OpenRequestWriter.textLimit + 1)
            marked.truncate()
            marked.append(bytes.span.extracting(droppingLast: 1))
        }
        marked.withSpan { text in
            let isWhole = !isCut && !needsResponse
            let request = openRequests?.begin(text, isWhole: isWhole, start: exchange.start)
            connection.setOpenRequest(request)
        }
    }

    /// Writes the line of an exchange, which has ended now.
    func write(_ exchange: Exchange, of connection: ClientConnection, at now: Instant) {
        let end = AccessLogEnd(exchange, at: now)
        line.truncate()
        if let request = connection.openRequest, request.isWhole {
            request.withText { end.append($0, marks: layout.markCount, clock, to: &line) }
        } else {
            mark(AccessLogEntry(exchange))
            marked.withSpan { end.append($0, marks: layout.markCount, clock, to: &line) }
        }
        line.append(UInt8(ascii: "\n"))
        let isTaken: Bool
        if line.count <= file.lineLimit {
            isTaken = line.withBytes { file.write(UnsafeRawBufferPointer($0)) }
        } else {
            let text = text(of: AccessLogEntry(exchange), end)
            isTaken = text.line(limit: file.lineLimit).withUnsafeBytes { file.write($0) }
        }
        if isTaken && file.hasLoss { context.logger.reportLoss(of: file) }
        guard let request = connection.openRequest else { return }
        connection.setOpenRequest(nil)
        openRequests?.end(request)
    }

    /// Makes the line with marks.
    private func mark(_ entry: AccessLogEntry) {
        marked.truncate()
        entry.append(layout, to: &marked)
    }

    /// The same line in pieces, so that its longest values can be cut; with its marks, or with what
    /// they stand for.
    private func text(of entry: AccessLogEntry, _ end: AccessLogEnd? = nil) -> LineText {
        var text = LineText()
        for part in layout.parts {
            var piece = ByteBuffer()
            entry.append(part, of: layout, to: &piece)
            switch part {
            case .literal:
                guard let end else {
                    text.append(piece.array)
                    continue
                }
                var ended = ByteBuffer()
                piece.withSpan { end.append($0, marks: layout.markCount, clock, to: &ended) }
                text.append(ended.array)
            case .value:
                let value = piece.array
                guard layout.style == .json else {
                    text.append(atom: value)
                    continue
                }
                // Only what lies between quotation marks can be cut.
                let isText = value.first == UInt8(ascii: "\"")
                text.append(isText ? "\"" : String(decoding: value, as: UTF8.self))
                guard isText else { continue }
                text.append(atom: Array(value.dropFirst().dropLast()))
                text.append("\"")
            }
        }
        return text
    }
}
