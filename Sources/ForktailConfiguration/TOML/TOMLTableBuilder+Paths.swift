extension TOMLTableBuilder {
    /// Defines the table of a header `[path]`, and returns it.
    func openTable(
        at path: [TOMLKey],
        position: TOMLPosition
    ) throws(TOMLError) -> TOMLTableBuilder {
        let (parent, key) = try descend(path)
        switch parent.node(key) {
        case nil:
            let table = TOMLTableBuilder(.explicit, at: position)
            parent.add(.table(table), for: key)
            return table
        case .table(let table) where table.definition == .implied:
            table.definition = .explicit
            return table
        case .table, .tables, .value:
            throw parent.redefinition(of: key)
        }
    }

    /// Adds a table to the array of a header `[[path]]`, and returns it.
    func addElement(
        at path: [TOMLKey],
        position: TOMLPosition
    ) throws(TOMLError) -> TOMLTableBuilder {
        let (parent, key) = try descend(path)
        let element = TOMLTableBuilder(.explicit, at: position)
        switch parent.node(key) {
        case nil: parent.add(.tables(TOMLTablesBuilder(element)), for: key)
        case .tables(let tables): tables.append(element)
        case .table, .value: throw parent.redefinition(of: key)
        }
        return element
    }

    /// Gives a key, dotted or not, its value.
    func set(_ value: TOMLValue, at path: [TOMLKey]) throws(TOMLError) {
        var table = self
        for key in path.dropLast() {
            table = try table.dottedTable(key)
        }
        guard let key = path.last else { return }
        guard table.node(key) == nil else { throw table.redefinition(of: key) }
        table.add(.value(value), for: key)
    }

    /// Returns the table that holds the last part of a header's path, and that part.
    private func descend(
        _ path: [TOMLKey]
    ) throws(TOMLError) -> (parent: TOMLTableBuilder, key: TOMLKey) {
        var table = self
        for key in path.dropLast() {
            table = try table.impliedTable(key)
        }
        return (table, path[path.count - 1])
    }

    private func impliedTable(_ key: TOMLKey) throws(TOMLError) -> TOMLTableBuilder {
        switch node(key) {
        case nil: return addTable(.implied, for: key)
        case .table(let table): return table
        case .tables(let tables): return tables.last
        case .value: throw redefinition(of: key)
        }
    }

    private func dottedTable(_ key: TOMLKey) throws(TOMLError) -> TOMLTableBuilder {
        switch node(key) {
        case nil:
            return addTable(.dotted, for: key)
        case .table(let table) where table.definition != .explicit:
            table.definition = .dotted
            return table
        case .table, .tables, .value:
            throw redefinition(of: key)
        }
    }

    private func addTable(_ definition: Definition, for key: TOMLKey) -> TOMLTableBuilder {
        let table = TOMLTableBuilder(definition, at: key.position)
        add(.table(table), for: key)
        return table
    }

    private func redefinition(of key: TOMLKey) -> TOMLError {
        let place = "on line \(line(of: key))"
        let reason =
            switch node(key) {
            case .table: "\(quoted(key.text)) is already defined as a table \(place)"
            case .tables: "\(quoted(key.text)) is already defined as an array of tables \(place)"
            case .value, nil: "\(quoted(key.text)) already has a value, given \(place)"
            }
        return TOMLError(position: key.position, reason: reason)
    }
}
