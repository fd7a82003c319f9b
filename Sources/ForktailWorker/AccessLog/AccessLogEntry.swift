import ForktailConfiguration
import ForktailConnection
@_spi(inlined) import ForktailHTTP
import ForktailLog
import ForktailSystem

/// A value of a request or its response that lines of the access log show.
///
/// Names of fields and variables are ranges of the layout's literals.
enum AccessLogValue {
    /// The client's address.
    case remoteAddress
    /// That of the other end of the connection, which may be a proxy.
    case peerAddress
    /// The user of a Basic authorization, RFC 7617, which is in the field of this name.
    case userName(Range<Int>)
    case requestLine
    case method
    case path
    case query
    case protocolVersion
    case host
    case scheme
    case requestID
    case requestField(Range<Int>)
    case responseField(Range<Int>)
    case environmentVariable(Range<Int>)
    case secure(SecureFact)
}

/// The values of an access log line for one exchange.
struct AccessLogEntry {
    private let exchange: Exchange
    private let hasRequest: Bool
    /// That of the request; an empty one where there is none.
    private let storage: RequestStorage

    init(_ exchange: Exchange) {
        self.exchange = exchange
        let storage = exchange.storage
        hasRequest = storage != nil
        self.storage = storage ?? RequestStorage(capacity: 0)
    }

    private var request: Request? { exchange.request }

    /// Appends the line, with its marks.
    func append(_ layout: AccessLogLayout, to line: inout ByteBuffer) {
        for part in layout.parts { append(part, of: layout, to: &line) }
    }

    /// Appends a part of the line, with what could be mistaken for something else escaped.
    @inline(__always)
    func append(
        _ part: AccessLogLayout.Part,
        of layout: AccessLogLayout,
        to line: inout ByteBuffer
    ) {
        switch part {
        case .literal(let range): line.append(layout.literals.span.extracting(range))
        case .value(let value):
            switch place(of: value, layout) {
            case .absent: appendAbsent(value, layout.style, to: &line)
            case .received(let range):
                let isPlain = storage.bytes.withSpan { bytes in
                    appendPlain(bytes.extracting(range), of: value, layout.style, to: &line)
                }
                guard isPlain else { fallthrough }
            case .elsewhere: appendText(of: value, layout, to: &line)
            case .address(let address):
                appendQuote(layout.style, to: &line)
                address.withHost { line.append($0) }
                appendQuote(layout.style, to: &line)
            case .version:
                appendQuote(layout.style, to: &line)
                line.append(literal: version)
                appendQuote(layout.style, to: &line)
            case .scheme:
                appendQuote(layout.style, to: &line)
                line.append(storage.scheme)
                appendQuote(layout.style, to: &line)
            }
        }
    }

    /// Appends received bytes as they are.
    ///
    /// - Returns: False for bytes that must be escaped, of which nothing is appended.
    @inline(__always)
    private func appendPlain(
        _ text: Span<UInt8>,
        of value: AccessLogValue,
        _ style: AccessLogLayout.Style,
        to line: inout ByteBuffer
    ) -> Bool {
        guard LogText.isPlain(text) else { return false }
        appendQuote(style, to: &line)
        line.append(text)
        if case .requestLine = value {
            line.append(UInt8(ascii: " "))
            line.append(literal: version)
        }
        appendQuote(style, to: &line)
        return true
    }

    private var version: ASCIILiteral {
        storage.head.minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1"
    }

    @inline(__always)
    private func appendQuote(_ style: AccessLogLayout.Style, to line: inout ByteBuffer) {
        if style == .json { line.append(UInt8(ascii: "\"")) }
    }

    private func appendAbsent(
        _ value: AccessLogValue,
        _ style: AccessLogLayout.Style,
        to line: inout ByteBuffer
    ) {
        switch (style, value) {
        case (.json, _): line.append(literal: "null")
        case (.text, .query): break
        case (.text, _): line.append(UInt8(ascii: "-"))
        }
    }

    /// Appends a value that is not among the received bytes as it is shown.
    @inline(never)
    private func appendText(
        of value: AccessLogValue,
        _ layout: AccessLogLayout,
        to line: inout ByteBuffer
    ) {
        guard let text = text(of: value, layout) else {
            return appendAbsent(value, layout.style, to: &line)
        }
        appendQuote(layout.style, to: &line)
        if LogText.isPlain(text.utf8.span) {
            line.append(text)
        } else {
            var escaped: [UInt8] = []
            switch layout.style {
            case .text: LogText.appendEscaped(text, to: &escaped)
            case .json: LogText.appendJSONContent(text, to: &escaped)
            }
            line.append(escaped.span)
        }
        appendQuote(layout.style, to: &line)
    }

    /// Where a value of a request is found as it is shown.
    private enum Place {
        case absent
        case received(Range<Int>)
        case address(RemoteAddress)
        case version
        case scheme
        case elsewhere
    }

    @inline(__always)
    private func place(of value: AccessLogValue, _ layout: AccessLogLayout) -> Place {
        guard hasRequest else { return .elsewhere }
        return switch value {
        case .remoteAddress: .address(exchange.client)
        case .peerAddress: .address(storage.peer)
        case .requestLine: .received(storage.methodAndTarget)
        case .method: .received(storage.head.method)
        case .path: storage.head.path.isEmpty ? .elsewhere : .received(storage.head.path)
        case .query: storage.head.query.map(Place.received) ?? .absent
        case .protocolVersion: .version
        case .host:
            if storage.forwardedHost == nil, let authority = storage.head.authority {
                .received(authority)
            } else {
                .elsewhere
            }
        case .requestID: storage.id == nil ? .absent : .elsewhere
        case .requestField(let name):
            switch storage.values(of: layout.literals.span.extracting(name)) {
            case .none: .absent
            case .one(let range): .received(range)
            case .several: .elsewhere
            }
        case .userName(let name):
            if case .none = storage.values(of: layout.literals.span.extracting(name)) {
                .absent
            } else {
                .elsewhere
            }
        case .scheme: .scheme
        case .responseField, .environmentVariable, .secure: .elsewhere
        }
    }

    /// A value as text; nil where the exchange doesn't have it.
    private func text(of value: AccessLogValue, _ layout: AccessLogLayout) -> String? {
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
        case .requestField(let range): request?[HTTPField.Name(unchecked: layout.name(range))]
        case .responseField(let range):
            exchange.response?.fields[HTTPField.Name(unchecked: layout.name(range))]
        case .environmentVariable(let range): Environment.value(of: layout.name(range))
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
    private let time = WallClock.now()
    private let nanoseconds: UInt64

    init(_ exchange: Exchange, at now: Instant) {
        self.exchange = exchange
        let time = now.nanosecondsSinceBoot &- exchange.start.nanosecondsSinceBoot
        nanoseconds = UInt64(clamping: time)
    }

    /// Appends a line, with values for its marks, of which there are `count` at most.
    func append(_ text: Span<UInt8>, marks count: Int, _ clock: LogClock, to line: inout ByteBuffer)
    {
        var (start, rest) = (0, count)
        while rest > 0 {
            let end = LogText.firstHighByte(of: text, from: start)
            line.append(text.extracting(start..<end))
            guard end < text.count else { return }
            if let mark = AccessLogMark(rawValue: text[end]) {
                append(mark, clock, to: &line)
                rest -= 1
            } else {
                line.append(text[end])
            }
            start = end + 1
        }
        line.append(text.extracting(start...))
    }

    private func append(_ mark: AccessLogMark, _ clock: LogClock, to line: inout ByteBuffer) {
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
        case .answered: line.append(literal: exchange.clientLeft ? "false" : "true")
        case .queueSeconds:
            guard let queueTime = exchange.queueTime else { return line.append(literal: "null") }
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
