/// A table that grows while its document is read.
///
/// It remembers how it was defined, because TOML allows each table to be defined once: a header
/// may open a table that only deeper headers have implied, and nothing else that exists.
final class TOMLTableBuilder {
    /// How a table came to be.
    enum Definition {
        /// By a header that names a table below it.
        case implied
        /// By a header or braces of its own.
        case explicit
        /// By a dotted key that names a value below it.
        case dotted
    }

    /// What a key stands for.
    enum Node {
        case value(TOMLValue)
        case table(TOMLTableBuilder)
        case tables(TOMLTablesBuilder)
    }

    var definition: Definition
    let position: TOMLPosition
    private var entries: [(key: TOMLKey, node: Node)] = []
    private var indices: [[UInt8]: Int] = [:]

    init(_ definition: Definition, at position: TOMLPosition) {
        self.definition = definition
        self.position = position
    }

    /// Returns what a key stands for, or `nil` where it is free.
    func node(_ key: TOMLKey) -> Node? {
        indices[Array(key.text.utf8)].map { entries[$0].node }
    }

    /// Gives a free key its meaning.
    func add(_ node: Node, for key: TOMLKey) {
        indices[Array(key.text.utf8)] = entries.count
        entries.append((key, node))
    }

    /// Returns the line of a key's first mention.
    func line(of key: TOMLKey) -> Int {
        let index = indices[Array(key.text.utf8)]
        return index.map { entries[$0].key.position.line } ?? key.position.line
    }

    /// Returns the finished table.
    func build() -> TOMLTable {
        TOMLTable(
            entries: entries.map { key, node in
                TOMLTable.Entry(key: key.text, position: key.position, value: Self.build(node))
            }
        )
    }

    private static func build(_ node: Node) -> TOMLValue {
        switch node {
        case .value(let value): value
        case .table(let table): build(table)
        case .tables(let tables):
            TOMLValue(kind: .array(tables.elements.map(build)), position: tables.position)
        }
    }

    private static func build(_ table: TOMLTableBuilder) -> TOMLValue {
        TOMLValue(kind: .table(table.build()), position: table.position)
    }
}
