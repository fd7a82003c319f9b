import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// The values of an access log line for one exchange.
struct AccessLogEntry {
    private let exchange: Exchange
    private let processID: Int32
    private let duration: Duration
    private let time: WallClock
    private let clock: LogClock

    /// Makes the values of an exchange that has ended.
    init(ended exchange: Exchange, processID: Int32, clock: LogClock) {
        self.exchange = exchange
        self.processID = processID
        self.clock = clock
        duration = exchange.start.elapsed
        time = .now()
    }

    /// Makes the values of an exchange that has begun.
    ///
    /// Marks stand for its time and its duration, so that no clock is read.
    init(begun exchange: Exchange, processID: Int32, clock: LogClock) {
        self.exchange = exchange
        self.processID = processID
        self.clock = clock
        duration = .zero
        time = WallClock(secondsSince1970: 0)
    }

    private var request: Request? { exchange.request }

    /// Appends the value of an atom, with what could be mistaken for something else escaped.
    func append(_ atom: AccessLogAtom, to line: inout ByteBuffer) {
        switch atom {
        case .remoteAddress: line.append(exchange.client.host)
        case .userName: append(userName, to: &line)
        case .time: line.append(clock.text(at: time))
        case .requestLine: appendRequestLine(to: &line)
        case .method: append(request?.method.rawValue, to: &line)
        case .path: append(request?.rawPath, to: &line)
        case .query: append(request?.rawQuery ?? "", to: &line)
        case .protocolVersion: line.append(request.map { "\($0.version)" } ?? "-")
        case .status: line.append(decimal: UInt64(exchange.status))
        case .bodyLengthOrDash where exchange.sentLength == 0: line.append("-")
        case .bodyLength, .bodyLengthOrDash: line.append(decimal: exchange.sentLength)
        case .referer: appendField(.referer, to: &line)
        case .userAgent: appendField(.userAgent, to: &line)
        case .seconds: line.append("\(duration.nanoseconds / 1_000_000_000)")
        case .milliseconds: line.append("\(duration.nanoseconds / 1_000_000)")
        case .microseconds: line.append("\(duration.nanoseconds / 1000)")
        case .decimalSeconds: line.append(LogText.decimalSeconds(duration))
        case .requestID: append(request?.id, to: &line)
        case .remoteIdentity, .processID: append(atom.constant(processID: processID), to: &line)
        case .requestField(let name):
            append(HTTPField.Name(name).flatMap { request?[$0] }, to: &line)
        case .responseField(let name):
            let value = HTTPField.Name(name).flatMap { exchange.response?.fields[$0] }
            append(value, to: &line)
        case .environmentVariable(let name):
            append(Environment.value(of: name), to: &line)
        case .secure(let fact):
            append(request?.secureConnection?[fact], to: &line)
        }
    }

    /// Appends the value of an atom, or the mark of one that is known at the end of the exchange only.
    func appendMarked(_ atom: AccessLogAtom, to line: inout ByteBuffer) {
        if let mark = atom.mark { return line.append(mark.rawValue) }
        append(atom, to: &line)
    }

    /// Appends the value that a mark stands for.
    func append(_ mark: AccessLogMark, to line: inout ByteBuffer) {
        switch mark {
        case .commonTime: append(AccessLogAtom.time, to: &line)
        case .timestamp: line.append(time.timestamp)
        case .status: append(AccessLogAtom.status, to: &line)
        case .bodyLength: append(AccessLogAtom.bodyLength, to: &line)
        case .bodyLengthOrDash: append(AccessLogAtom.bodyLengthOrDash, to: &line)
        case .seconds: append(AccessLogAtom.seconds, to: &line)
        case .milliseconds: append(AccessLogAtom.milliseconds, to: &line)
        case .microseconds: append(AccessLogAtom.microseconds, to: &line)
        case .decimalSeconds: append(AccessLogAtom.decimalSeconds, to: &line)
        case .receivedLength: line.append(decimal: UInt64(clamping: exchange.receivedLength))
        case .answered: line.append(exchange.clientLeft ? "false" : "true")
        case .queueSeconds: line.append(exchange.queueTime.map(LogText.decimalSeconds) ?? "null")
        }
    }

    private func appendRequestLine(to line: inout ByteBuffer) {
        guard let storage = request?.storage,
            Self.append(storage.head.methodAndTarget, of: storage, to: &line)
        else { return append(requestLine, to: &line) }
        line.append(storage.head.minorVersion == 0 ? " HTTP/1.0" : " HTTP/1.1")
    }

    private func appendField(_ name: HTTPField.Name, to line: inout ByteBuffer) {
        guard let storage = request?.storage else { return line.append("-") }
        switch storage.values(of: name) {
        case .none: line.append("-")
        case .one(let place) where Self.append(place, of: storage, to: &line): break
        case .one, .several: append(requestField(name), to: &line)
        }
    }

    /// Appends received bytes that need no escape, which is the usual case.
    private static func append(
        _ place: Range<Int>,
        of storage: RequestStorage,
        to line: inout ByteBuffer
    ) -> Bool {
        let bytes = storage.bytes
        let text = bytes.span.extracting(place)
        guard LogText.isPlain(text) else { return false }
        line.append(text)
        return true
    }

    /// Appends a text, escaped; nil as `-`.
    private func append(_ text: String?, to line: inout ByteBuffer) {
        guard let text else { return line.append("-") }
        var escaped: [UInt8] = []
        LogText.appendEscaped(text, to: &escaped)
        line.append(escaped.span)
    }

    /// The facts as a JSON object.
    ///
    /// - Parameters:
    ///   - fields: Which facts, in this order.
    ///   - slot: The worker's slot.
    ///   - isMarked: Whether marks stand for what is known at the end of the exchange only.
    /// - Returns: The object, in which nothing is lost when it is cut but the ends of texts.
    func json(_ fields: [AccessLogField], slot: Int, isMarked: Bool) -> LineText {
        var line = LineText()
        line.append("{")
        for (index, field) in fields.enumerated() {
            line.append(index == 0 ? "\"" : ",\"")
            line.append("\(field)\":")
            append(field, slot: slot, isMarked: isMarked, to: &line)
        }
        line.append("}")
        return line
    }

    private func append(
        _ field: AccessLogField,
        slot: Int,
        isMarked: Bool,
        to line: inout LineText
    ) {
        if let mark = field.mark {
            var value = ByteBuffer()
            if isMarked { value.append(mark.rawValue) } else { append(mark, to: &value) }
            let isText = mark == .timestamp
            if isText { line.append("\"") }
            line.append(value.array)
            return isText ? line.append("\"") : ()
        }
        if field == .processID {
            line.append("\(processID)")
        } else if field == .slot {
            line.append("\(slot)")
        } else {
            guard let text = text(of: field) else { return line.append("null") }
            line.append(json: text)
        }
    }

    /// A fact that is a text; nil where the request doesn't have it.
    private func text(of field: AccessLogField) -> String? {
        switch field {
        case .remoteAddress: exchange.client.host
        case .peerAddress: (exchange.peer ?? exchange.client).host
        case .method: request?.method.rawValue
        case .path: request?.rawPath
        case .query: request?.rawQuery
        case .protocolVersion: request.map { "\($0.version)" }
        case .host: request?.forwardedHost ?? request?.authority ?? request?[.host]
        case .scheme: request?.scheme
        case .request: request?.line
        case .requestID: request?.id
        case .referer: request?[.referer]
        case .userAgent: request?[.userAgent]
        case .secure(let fact): request?.secureConnection?[fact]
        case .header(let name): HTTPField.Name(name).flatMap { request?[$0] }
        case .responseHeader(let name):
            HTTPField.Name(name).flatMap { exchange.response?.fields[$0] }
        case .standard, .time, .processID, .slot, .status, .answered, .bytes, .bytesIn, .seconds,
            .queueSeconds:
            nil
        }
    }

    private var requestLine: String {
        request?.line ?? "-"
    }

    private func requestField(_ name: HTTPField.Name) -> String {
        request?[name] ?? "-"
    }

    /// The user of a Basic authorization: RFC 7617.
    private var userName: String? {
        guard let value = request?[.authorization] else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let decoded = Base64.decode(parts[1].utf8)
        else { return nil }
        let name = decoded.prefix { $0 != UInt8(ascii: ":") }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
}

extension SecureConnection {
    /// A fact as the access log shows it; nil where there is none.
    fileprivate subscript(_ fact: SecureFact) -> String? {
        switch fact {
        case .version: version
        case .suite: cipherSuite
        case .serverName: serverName
        case .session: isResumed ? "resumed" : "new"
        case .subject: clientCertificate?.subject
        case .issuer: clientCertificate?.issuer
        case .serial: clientCertificate?.serial
        case .fingerprint: clientCertificate?.fingerprint
        case .verification: clientCertificate.map { $0.verificationFailure ?? "ok" }
        }
    }
}

extension AccessLogAtom {
    /// The value of an atom that is the same in each line of a process; nil for the others.
    func constant(processID: Int32) -> String? {
        switch self {
        case .remoteIdentity: "-"
        case .processID: "<\(processID)>"
        case .remoteAddress, .userName, .time, .requestLine, .method, .path, .query,
            .protocolVersion, .status, .bodyLength, .bodyLengthOrDash, .referer, .userAgent,
            .seconds, .milliseconds, .microseconds, .decimalSeconds, .requestID, .requestField,
            .responseField, .environmentVariable, .secure:
            nil
        }
    }

    /// The mark for a value that is known at the end of an exchange only.
    fileprivate var mark: AccessLogMark? {
        switch self {
        case .time: .commonTime
        case .status: .status
        case .bodyLength: .bodyLength
        case .bodyLengthOrDash: .bodyLengthOrDash
        case .seconds: .seconds
        case .milliseconds: .milliseconds
        case .microseconds: .microseconds
        case .decimalSeconds: .decimalSeconds
        case .remoteAddress, .remoteIdentity, .userName, .requestLine, .method, .path, .query,
            .protocolVersion, .referer, .userAgent, .requestID, .secure, .processID, .requestField,
            .responseField,
            .environmentVariable:
            nil
        }
    }
}

extension AccessLogField {
    /// The mark for a fact that is known at the end of an exchange only.
    fileprivate var mark: AccessLogMark? {
        switch self {
        case .time: .timestamp
        case .status: .status
        case .answered: .answered
        case .bytes: .bodyLength
        case .bytesIn: .receivedLength
        case .seconds: .decimalSeconds
        case .queueSeconds: .queueSeconds
        case .standard, .processID, .slot, .remoteAddress, .peerAddress, .method, .path, .query,
            .protocolVersion, .host, .scheme, .request, .requestID, .referer, .userAgent, .secure,
            .header,
            .responseHeader:
            nil
        }
    }
}
