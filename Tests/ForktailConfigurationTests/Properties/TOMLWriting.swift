@testable import ForktailConfiguration

/// Writes tables as documents, with every value on one line.
enum TOMLWriting {
    static func document(_ table: TOMLTable) -> String {
        table.entries.map { "\(TOMLText.key($0.key)) = \(text($0.value))\n" }.joined()
    }

    /// How many tables and arrays enclose the innermost value.
    static func depth(of table: TOMLTable) -> Int {
        1 + (table.entries.map { depth(of: $0.value) }.max() ?? 0)
    }

    private static func depth(of value: TOMLValue) -> Int {
        switch value.kind {
        case .array(let elements): 1 + (elements.map(depth(of:)).max() ?? 0)
        case .table(let table): depth(of: table)
        case .string, .integer, .float, .boolean, .dateTime: 0
        }
    }

    private static func text(_ value: TOMLValue) -> String {
        switch value.kind {
        case .string(let text): TOMLText.string(text)
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .dateTime: "1979-05-27T07:32:00Z"
        case .array(let elements): "[\(elements.map(text).joined(separator: ", "))]"
        case .table(let table): "{\(inline(table))}"
        }
    }

    private static func inline(_ table: TOMLTable) -> String {
        table.entries.map { "\(TOMLText.key($0.key)) = \(text($0.value))" }.joined(separator: ", ")
    }
}
