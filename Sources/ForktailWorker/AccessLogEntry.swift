import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// What an access log line can tell about an answer.
struct AccessLogEntry {
    private let exchange: Exchange
    private let processID: Int32
    private let duration: Duration
    private let time = WallClock.now()
    private let clock: LogClock

    init(_ exchange: Exchange, processID: Int32, clock: LogClock) {
        self.clock = clock
        self.exchange = exchange
        self.processID = processID
        duration = exchange.start.elapsed
    }

    private var request: Request? { exchange.request }

    /// The value of an atom, with its control characters still in it.
    func text(of atom: AccessLogAtom) -> String {
        switch atom {
        case .remoteAddress: exchange.peer.host
        case .remoteIdentity: "-"
        case .userName: userName ?? "-"
        case .time: clock.text(at: time)
        case .requestLine: requestLine
        case .method: request?.method.rawValue ?? "-"
        case .path: request?.rawPath ?? "-"
        case .query: request?.rawQuery ?? ""
        case .protocolVersion: request.map { "\($0.version)" } ?? "-"
        case .status: String(exchange.response.status.code)
        case .bodyLength: String(exchange.bodyLength)
        case .bodyLengthOrDash: exchange.bodyLength == 0 ? "-" : String(exchange.bodyLength)
        case .referer: requestField(.referer)
        case .userAgent: requestField(.userAgent)
        case .seconds: String(duration.nanoseconds / 1_000_000_000)
        case .milliseconds: String(duration.nanoseconds / 1_000_000)
        case .microseconds: String(duration.nanoseconds / 1000)
        case .decimalSeconds: decimalSeconds
        case .processID: "<\(processID)>"
        case .requestField(let name): HTTPField.Name(name).map(requestField) ?? "-"
        case .responseField(let name):
            HTTPField.Name(name).flatMap { exchange.response.fields[$0] } ?? "-"
        case .environmentVariable(let name): Environment.value(of: name) ?? "-"
        }
    }

    /// The standard facts as a JSON object.
    func appendJSON(to line: inout [UInt8]) {
        line += "{\"time\":\"\(time.timestamp)\",\"pid\":\(processID)".utf8
        line += ",\"status\":\(exchange.response.status.code)".utf8
        line += ",\"bytes\":\(exchange.bodyLength),\"seconds\":\(decimalSeconds)".utf8
        let texts = [
            ("remote_address", exchange.peer.host),
            ("request", requestLine),
            ("referer", requestField(.referer)),
            ("user_agent", requestField(.userAgent)),
        ]
        for (name, text) in texts {
            line += ",\"\(name)\":".utf8
            LogText.appendJSON(text, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private var requestLine: String {
        request?.line ?? "-"
    }

    private var decimalSeconds: String {
        let microseconds = duration.nanoseconds / 1000
        return "\(microseconds / 1_000_000)."
            + String(1_000_000 + microseconds % 1_000_000).dropFirst()
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
