/// An array of tables that grows while its document is read.
final class TOMLTablesBuilder {
    /// The tables, at least one.
    private(set) var elements: [TOMLTableBuilder]

    init(_ first: TOMLTableBuilder) {
        elements = [first]
    }

    /// The place of the first table.
    var position: TOMLPosition { elements[0].position }

    /// The table that headers below the array refer to.
    var last: TOMLTableBuilder { elements[elements.count - 1] }

    func append(_ table: TOMLTableBuilder) {
        elements.append(table)
    }
}
