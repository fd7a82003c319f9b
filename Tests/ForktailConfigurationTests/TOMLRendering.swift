@testable import ForktailConfiguration

/// Returns a value in a notation in which values of different types never look the same.
func render(_ value: TOMLValue) -> String {
    switch value.kind {
    case .string(let text): text.debugDescription
    case .integer(let number): String(number)
    case .float(let number): number.description
    case .boolean(let flag): String(flag)
    case .dateTime: "<date or time>"
    case .array(let elements): "[" + elements.map(render).joined(separator: ", ") + "]"
    case .table(let table): render(table)
    }
}

func render(_ table: TOMLTable) -> String {
    "{" + table.entries.map { "\($0.key): \(render($0.value))" }.joined(separator: ", ") + "}"
}

extension TOMLTable {
    /// The value of a key, or `nil` where the table doesn't hold it.
    subscript(key: String) -> TOMLValue? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
}
