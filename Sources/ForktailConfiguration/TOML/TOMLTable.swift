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
