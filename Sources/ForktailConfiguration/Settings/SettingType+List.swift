extension SettingType<[BindAddress]> {
    /// One address or several, each once.
    static var addresses: SettingType {
        SettingType(
            form: .list,
            placeholder: "ADDRESS",
            allowed:
                "\"host:port\", \"[v6]:port\", \":port\" or \"unix:/path\", or an array of them",
            choices: [],
            decode: { value throws(SettingRefusal) in
                switch value.kind {
                case .string: try addresses([value])
                case .array(let elements): try addresses(elements)
                default: throw SettingRefusal("\(value.typeName) is not accepted")
                }
            },
            parse: { texts throws(SettingRefusal) in
                try addresses(texts.map { (.string($0), nil) })
            },
            format: { list in
                let texts = list.map { TOMLText.string($0.description) }
                return texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
            }
        )
    }

    private static func addresses(_ values: [TOMLValue]) throws(SettingRefusal) -> [BindAddress] {
        try addresses(values.map { ($0.kind, $0.position) })
    }

    private static func addresses(
        _ values: [(kind: TOMLValue.Kind, position: TOMLPosition?)]
    ) throws(SettingRefusal) -> [BindAddress] {
        guard !values.isEmpty else { throw SettingRefusal("no address is given") }
        var addresses: [BindAddress] = []
        var refusals = RefusalCollector()
        for (kind, position) in values {
            refusals.collect(at: position) { () throws(SettingRefusal) in
                let address = try BindAddress(kind)
                guard !addresses.contains(address) else {
                    throw SettingRefusal("\(quoted(address.description)) is given twice")
                }
                addresses.append(address)
            }
        }
        try refusals.finish()
        return addresses
    }
}

extension SettingType<[String: String]> {
    /// Variables of the environment: a table of texts, or texts `NAME=VALUE`.
    static var variables: SettingType {
        SettingType(
            form: .list,
            placeholder: "NAME=VALUE",
            allowed: "a table of texts, { NAME = \"value\" }, or NAME=VALUE in a flag",
            choices: [],
            decode: { value throws(SettingRefusal) in
                guard case .table(let table) = value.kind else {
                    throw SettingRefusal("\(value.typeName) is not accepted")
                }
                return try variables(table)
            },
            parse: { texts throws(SettingRefusal) in try variables(texts) },
            format: { variables in
                let entries = variables.sorted { $0.key < $1.key }
                    .map { "\(TOMLText.key($0.key)) = \(TOMLText.string($0.value))" }
                return entries.isEmpty ? "{}" : "{ \(entries.joined(separator: ", ")) }"
            }
        )
    }

    private static func variables(_ table: TOMLTable) throws(SettingRefusal) -> [String: String] {
        var variables: [String: String] = [:]
        var refusals = RefusalCollector()
        for entry in table.entries {
            refusals.collect(at: entry.value.position) { () throws(SettingRefusal) in
                guard case .string(let text) = entry.value.kind else {
                    throw SettingRefusal("\(quoted(entry.key)) is \(entry.value.typeName)")
                }
                try requireVariable(entry.key, text)
                variables[entry.key] = text
            }
        }
        try refusals.finish()
        return variables
    }

    private static func variables(_ texts: [String]) throws(SettingRefusal) -> [String: String] {
        var variables: [String: String] = [:]
        var refusals = RefusalCollector()
        for text in texts where !text.isEmpty {
            refusals.collect(at: nil) { () throws(SettingRefusal) in
                guard let equals = text.firstIndex(of: "=") else {
                    throw SettingRefusal("\(quoted(text)) has no `=`")
                }
                let (name, value) = (text[..<equals], text[text.index(after: equals)...])
                try requireVariable(String(name), String(value))
                variables[String(name)] = String(value)
            }
        }
        try refusals.finish()
        return variables
    }

    private static func requireVariable(_ name: String, _ value: String) throws(SettingRefusal) {
        guard !name.isEmpty, !name.contains("=") else {
            throw SettingRefusal("\(quoted(name)) can't name a variable")
        }
        try requireNoNUL(name)
        try requireNoNUL(value)
    }
}
