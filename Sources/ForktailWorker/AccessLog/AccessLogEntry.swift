import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// A value of a request or its response that lines of the access log show.
enum AccessLogValue {
    /// The client's address.
    case remoteAddress
    /// That of the other end of the connection, which may be a proxy.
    case peerAddress
    /// The user of a Basic authorization: RFC 7617.
    case userName
    case requestLine
    case method
    case path
    case query
    case protocolVersion
    case host
    case scheme
    case requestID
    case requestField(HTTPField.Name)
    case responseField(HTTPField.Name)
    case environmentVariable(String)
    case secure(SecureFact)
}

/// The values of an access log line for one exchange.
struct AccessLogEntry {
    private let exchange: Exchange
    private let storage: RequestStorage?
    /// What was received.
    private let bytes: [UInt8]

    init(_ exchange: Exchange) {
        self.exchange = exchange
        storage = exchange.request?.storage
        bytes = storage?.bytes ?? []
    }

    private var request: Request? { exchange.request }

    /// Appends a value, with what could be mistaken for something else escaped.
    func append(
        _ value: AccessLogValue,
        as style: AccessLogLayout.Style,
        to line: inout ByteBuffer
    ) {
        if let storage {
            switch Self.place(of: value, in: storage) {
            case .absent: return appendAbsent(value, as: style, to: &line)
            case .at(let range):
                let text = bytes.span.extracting(range)
                guard LogText.isPlain(text) else { break }
                if style == .json { line.append(UInt8(ascii: "\"")) }
                line.append(text)
                if case .requestLine = value {
                    line.append(storage.head.minorVersion == 0 ? " HTTP/1.0" : " HTTP/1.1")
                }
                if style == .json { line.append(UInt8(ascii: "\"")) }
                return
            case .unknown: break
            }
        }
        guard let text = text(of: value) else {
            return appendAbsent(value, as: style, to: &line)
        }
        if style == .json { line.append(UInt8(ascii: "\"")) }
        if LogText.isPlain(text.utf8.span) {
            line.append(text)
        } else {
            var escaped: [UInt8] = []
            switch style {
            case .text: LogText.appendEscaped(text, to: &escaped)
            case .json: LogText.appendJSONContent(text, to: &escaped)
            }
            line.append(escaped.span)
        }
        if style == .json { line.append(UInt8(ascii: "\"")) }
    }

    private func appendAbsent(
        _ value: AccessLogValue,
        as style: AccessLogLayout.Style,
        to line: inout ByteBuffer
    ) {
        switch (style, value) {
        case (.json, _): line.append("null")
        case (.text, .query): break
        case (.text, _): line.append(UInt8(ascii: "-"))
        }
    }

    /// Where a value lies among the received bytes.
    private enum Place: Equatable {
        case absent
        case at(Range<Int>)
        /// It is not there as it is shown.
        case unknown
    }

    private static func place(of value: AccessLogValue, in storage: RequestStorage) -> Place {
        switch value {
        case .requestLine: .at(storage.methodAndTarget)
        case .method: .at(storage.head.method)
        case .path where !storage.head.path.isEmpty: .at(storage.head.path)
        case .query: storage.head.query.map(Place.at) ?? .absent
        case .requestField(let name): place(of: name, in: storage)
        case .userName where place(of: .authorization, in: storage) == .absent: .absent
        case .remoteAddress, .peerAddress, .userName, .path, .protocolVersion, .host, .scheme,
            .requestID, .responseField, .environmentVariable, .secure:
            .unknown
        }
    }

    private static func place(of name: HTTPField.Name, in storage: RequestStorage) -> Place {
        switch storage.values(of: name) {
        case .none: .absent
        case .one(let range): .at(range)
        case .several: .unknown
        }
    }

    /// A value as text; nil where the exchange doesn't have it.
    private func text(of value: AccessLogValue) -> String? {
        switch value {
        case .remoteAddress: exchange.client.host
        case .peerAddress: (exchange.peer ?? exchange.client).host
        case .userName: userName
        case .requestLine: request?.line
        case .method: request?.method.rawValue
        case .path: request?.rawPath
        case .query: request?.rawQuery
        case .protocolVersion: request.map { "\($0.version)" }
        case .host: request?.forwardedHost ?? request?.authority ?? request?[.host]
        case .scheme: request?.scheme
        case .requestID: request?.id
        case .requestField(let name): request?[name]
        case .responseField(let name): exchange.response?.fields[name]
        case .environmentVariable(let name): Environment.value(of: name)
        case .secure(let fact): request?.secureConnection?[fact]
        }
    }

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

/// What the marks in a line stand for when its exchange has ended.
struct AccessLogEnd {
    private let exchange: Exchange
    private let clock: LogClock
    private let time = WallClock.now()
    private let nanoseconds: UInt64

    init(_ exchange: Exchange, _ clock: LogClock) {
        self.exchange = exchange
        self.clock = clock
        nanoseconds = UInt64(clamping: exchange.start.elapsed.nanoseconds)
    }

    /// Appends a line, with values for its marks.
    func append(_ text: Span<UInt8>, to line: inout ByteBuffer) {
        var start = 0
        while start < text.count {
            let end = LogText.firstHighByte(of: text, from: start)
            line.append(text.extracting(start..<end))
            guard end < text.count else { break }
            if let mark = AccessLogMark(rawValue: text[end]) {
                append(mark, to: &line)
            } else {
                line.append(text[end])
            }
            start = end + 1
        }
    }

    private func append(_ mark: AccessLogMark, to line: inout ByteBuffer) {
        switch mark {
        case .commonTime: clock.append(common: time, to: &line)
        case .timestamp: clock.append(timestamp: time, to: &line)
        case .status: line.append(decimal: UInt64(exchange.status))
        case .bodyLengthOrDash where exchange.sentLength == 0: line.append(UInt8(ascii: "-"))
        case .bodyLength, .bodyLengthOrDash: line.append(decimal: exchange.sentLength)
        case .seconds: line.append(decimal: nanoseconds / 1_000_000_000)
        case .milliseconds: line.append(decimal: nanoseconds / 1_000_000)
        case .microseconds: line.append(decimal: nanoseconds / 1000)
        case .decimalSeconds: Self.append(seconds: nanoseconds, to: &line)
        case .receivedLength: line.append(decimal: UInt64(clamping: exchange.receivedLength))
        case .answered: line.append(exchange.clientLeft ? "false" : "true")
        case .queueSeconds:
            guard let queueTime = exchange.queueTime else { return line.append("null") }
            Self.append(seconds: UInt64(clamping: queueTime.nanoseconds), to: &line)
        }
    }

    /// Appends a length of time in seconds with six decimals: `0.035412`.
    private static func append(seconds nanoseconds: UInt64, to line: inout ByteBuffer) {
        let microseconds = nanoseconds / 1000
        line.append(decimal: microseconds / 1_000_000)
        line.append(UInt8(ascii: "."))
        line.append(decimal: microseconds % 1_000_000, digits: 6)
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
