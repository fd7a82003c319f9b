import ForktailConfiguration
import ForktailHTTP
import ForktailLog

/// What each line of the access log is made of: literal bytes, and values of the request between them.
///
/// Marks stand among the literal bytes for what is known at the end of a request only, so that a line
/// can be made when the request begins.
struct AccessLogLayout {
    /// How a value is written.
    enum Style {
        /// With its control characters escaped as in C; `-` where it is absent.
        case text
        /// As a JSON string; `null` where it is absent.
        case json
    }

    enum Part {
        /// A range of `literals`.
        case literal(Range<Int>)
        case value(AccessLogValue)
    }

    let style: Style
    /// The parts in order; no two literals stand side by side.
    private(set) var parts: [Part] = []
    /// The literal bytes, and the names of the fields and variables that values are of.
    private(set) var literals: [UInt8] = []
    /// How many marks there are among the literals.
    private(set) var markCount = 0

    /// Compiles a format of lines of text.
    init(_ format: AccessLogFormat, processID: Int32) {
        style = .text
        for part in format.parts {
            switch part {
            case .literal(let text): append(text)
            case .atom(let atom): append(atom.element(processID: processID))
            }
        }
    }

    /// Compiles the fields of lines that are JSON objects.
    init(_ fields: [AccessLogField], processID: Int32, slot: Int) {
        style = .json
        for (index, field) in fields.enumerated() {
            append("\(index == 0 ? "{" : ",")\"\(field)\":")
            append(field.element(processID: processID, slot: slot))
        }
        append(fields.isEmpty ? "{}" : "}")
    }

    /// Whether a line depends on the response beyond what marks stand for.
    var needsResponse: Bool {
        parts.contains { if case .value(.responseField) = $0 { true } else { false } }
    }

    /// The name of a field or variable.
    func name(_ range: Range<Int>) -> String {
        String(decoding: literals[range], as: UTF8.self)
    }

    private mutating func append(_ literal: String) { append(literal: literal.utf8) }

    private mutating func append(literal bytes: some Collection<UInt8>) {
        let start = literals.count
        literals += bytes
        guard case .literal(let last)? = parts.last else {
            return parts.append(.literal(start..<literals.count))
        }
        parts[parts.count - 1] = .literal(last.lowerBound..<literals.count)
    }

    private mutating func append(_ element: AccessLogElement) {
        switch element {
        case .constant(let text): append(text)
        case .mark(let mark):
            let quote = style == .json && mark == .timestamp ? [UInt8(ascii: "\"")] : []
            append(literal: quote + [mark.rawValue] + quote)
            markCount += 1
        case .value(let value): parts.append(.value(value))
        case .named(let value, let name):
            let start = literals.count
            literals += name.utf8
            parts.append(.value(value(start..<literals.count)))
        case .absent: append(style == .json ? "null" : "-")
        }
    }
}

/// What a name of a format or a field of a JSON object stands for.
private enum AccessLogElement {
    /// The same in each line of a process.
    case constant(String)
    /// Known at the end of a request only.
    case mark(AccessLogMark)
    case value(AccessLogValue)
    /// The value of a field or variable of this name.
    case named((Range<Int>) -> AccessLogValue, String)
    /// In no line.
    case absent

    /// The value of a field; a name that no field can have is in no line.
    static func field(_ value: @escaping (Range<Int>) -> AccessLogValue, _ name: String) -> Self {
        HTTPField.Name(name) == nil ? .absent : .named(value, name)
    }
}

extension AccessLogAtom {
    fileprivate func element(processID: Int32) -> AccessLogElement {
        switch self {
        case .remoteIdentity: .absent
        case .processID: .constant("<\(processID)>")
        case .time: .mark(.commonTime)
        case .status: .mark(.status)
        case .bodyLength: .mark(.bodyLength)
        case .bodyLengthOrDash: .mark(.bodyLengthOrDash)
        case .seconds: .mark(.seconds)
        case .milliseconds: .mark(.milliseconds)
        case .microseconds: .mark(.microseconds)
        case .decimalSeconds: .mark(.decimalSeconds)
        case .remoteAddress: .value(.remoteAddress)
        case .userName: .named(AccessLogValue.userName, "Authorization")
        case .requestLine: .value(.requestLine)
        case .method: .value(.method)
        case .path: .value(.path)
        case .query: .value(.query)
        case .protocolVersion: .value(.protocolVersion)
        case .referer: .named(AccessLogValue.requestField, "Referer")
        case .userAgent: .named(AccessLogValue.requestField, "User-Agent")
        case .requestID: .value(.requestID)
        case .requestField(let name): .field(AccessLogValue.requestField, name)
        case .responseField(let name): .field(AccessLogValue.responseField, name)
        case .environmentVariable(let name): .named(AccessLogValue.environmentVariable, name)
        case .secure(let fact): .value(.secure(fact))
        }
    }
}

extension AccessLogField {
    fileprivate func element(processID: Int32, slot: Int) -> AccessLogElement {
        switch self {
        case .standard: .absent
        case .processID: .constant("\(processID)")
        case .slot: .constant("\(slot)")
        case .time: .mark(.timestamp)
        case .status: .mark(.status)
        case .answered: .mark(.answered)
        case .bytes: .mark(.bodyLength)
        case .bytesIn: .mark(.receivedLength)
        case .seconds: .mark(.decimalSeconds)
        case .queueSeconds: .mark(.queueSeconds)
        case .remoteAddress: .value(.remoteAddress)
        case .peerAddress: .value(.peerAddress)
        case .method: .value(.method)
        case .path: .value(.path)
        case .query: .value(.query)
        case .protocolVersion: .value(.protocolVersion)
        case .host: .value(.host)
        case .scheme: .value(.scheme)
        case .request: .value(.requestLine)
        case .requestID: .value(.requestID)
        case .referer: .named(AccessLogValue.requestField, "Referer")
        case .userAgent: .named(AccessLogValue.requestField, "User-Agent")
        case .secure(let fact): .value(.secure(fact))
        case .header(let name): .field(AccessLogValue.requestField, name)
        case .responseHeader(let name): .field(AccessLogValue.responseField, name)
        }
    }
}
