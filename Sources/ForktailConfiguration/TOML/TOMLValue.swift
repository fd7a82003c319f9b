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
