public import ForktailHTTP
import ForktailLog

/// A JSON value, to be written: RFC 8259.
///
/// It has literals for all its kinds:
///
/// ```swift
/// Response(json: ["name": "swift", "tags": ["bird", 1, true, nil]])
/// ```
public enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A number; JSON has no infinity and no NaN, which are written as null.
    case number(Double)
    case string(String)
    case array([JSON])
    /// Members in the order in which they are written.
    case object([(name: String, value: JSON)])

    /// The value as UTF-8 text without insignificant white space.
    public var serialized: [UInt8] {
        var text: [UInt8] = []
        append(to: &text)
        return text
    }

    private func append(to text: inout [UInt8]) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += String(value).utf8
        case .number(let value): text += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): LogText.appendJSON(value, to: &text)
        case .array(let elements):
            Self.append(elements, in: "[]", to: &text) { $0.append(to: &$1) }
        case .object(let members):
            Self.append(members, in: "{}", to: &text) { member, text in
                LogText.appendJSON(member.name, to: &text)
                text.append(UInt8(ascii: ":"))
                member.value.append(to: &text)
            }
        }
    }

    private static func append<Element>(
        _ elements: [Element],
        in brackets: StaticString,
        to text: inout [UInt8],
        with appendElement: (Element, inout [UInt8]) -> Void
    ) {
        let brackets = Array("\(brackets)".utf8)
        text.append(brackets[0])
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            appendElement(element, &text)
        }
        text.append(brackets[1])
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes an integer.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// Makes a number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Makes a Boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes null.
    public init(nilLiteral: ()) { self = .null }
    /// Makes an array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Makes an object.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }
}

extension Response {
    /// Makes a response of a JSON value.
    public init(json: JSON, status: Status = .ok) {
        self.init(bytes: json.serialized, contentType: "application/json", status: status)
    }
}
