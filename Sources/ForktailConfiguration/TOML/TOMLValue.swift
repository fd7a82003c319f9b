/// A value of a TOML document, and where it stands.
struct TOMLValue: Equatable, Sendable {
    /// The types of TOML 1.0 with their contents.
    enum Kind: Equatable, Sendable {
        case string(String)
        case integer(Int64)
        case float(Double)
        case boolean(Bool)
        /// A date or a time, whose value no setting needs.
        case dateTime
        case array([TOMLValue])
        case table(TOMLTable)
    }

    /// The type and the content.
    let kind: Kind
    /// The place of the first character of the value.
    let position: TOMLPosition

    /// The type as messages name it.
    var typeName: String {
        switch kind {
        case .string: "a string"
        case .integer: "a whole number"
        case .float: "a number with a fraction"
        case .boolean: "a boolean"
        case .dateTime: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

/// A table of a TOML document: its entries in the order of their first mention.
struct TOMLTable: Equatable, Sendable {
    /// A key, where it stands, and its value.
    struct Entry: Equatable, Sendable {
        let key: String
        let position: TOMLPosition
        let value: TOMLValue
    }

    /// The entries; no two have the same key.
    let entries: [Entry]
}

/// A place in a file.
package struct TOMLPosition: Hashable, Sendable, CustomStringConvertible {
    /// The line, counted from 1.
    package let line: Int
    /// The column, counted from 1 in Unicode scalars.
    package let column: Int

    /// The place as messages show it: `7:1`.
    package var description: String { "\(line):\(column)" }
}
