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

    /// Returns the value of a key, or `nil` where the table doesn't hold it.
    subscript(key: String) -> TOMLValue? {
        entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
}
