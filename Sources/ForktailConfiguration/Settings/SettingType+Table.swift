extension SettingType {
    /// A table of texts; flags and variables give its entries as `KEY=VALUE`.
    ///
    /// - Parameters:
    ///   - placeholder: What stands for an entry in `--help`.
    ///   - allowed: What is allowed, as messages and the manual say it.
    ///   - empty: The value without entries.
    ///   - insert: Puts an entry into the value.
    ///   - entries: The entries of a value, in the order to write them.
    /// - Returns: The type.
    static func table(
        placeholder: String,
        allowed: String,
        empty: Value,
        insert: @escaping @Sendable (String, String, inout Value) throws(SettingRefusal) -> Void,
        entries: @escaping @Sendable (Value) -> [(key: String, value: String)]
    ) -> SettingType {
        SettingType(
            form: .list,
            placeholder: placeholder,
            allowed: allowed,
            choices: [],
            decode: { value throws(SettingRefusal) in
                guard case .table(let table) = value.kind else {
                    throw SettingRefusal("\(value.typeName) is not accepted")
                }
                return try read(table, into: empty, insert)
            },
            parse: { texts throws(SettingRefusal) in try read(texts, into: empty, insert) },
            format: { value in
                let entries = entries(value)
                    .map { "\(TOMLText.key($0.key)) = \(TOMLText.string($0.value))" }
                return entries.isEmpty ? "{}" : "{ \(entries.joined(separator: ", ")) }"
            }
        )
    }

    private static func read(
        _ table: TOMLTable,
        into empty: Value,
        _ insert: (String, String, inout Value) throws(SettingRefusal) -> Void
    ) throws(SettingRefusal) -> Value {
        var value = empty
        var refusals = RefusalCollector()
        for entry in table.entries {
            refusals.collect(at: entry.value.position) { () throws(SettingRefusal) in
                guard case .string(let text) = entry.value.kind else {
                    throw SettingRefusal("\(quoted(entry.key)) is \(entry.value.typeName)")
                }
                try insert(entry.key, text, &value)
            }
        }
        try refusals.finish()
        return value
    }

    private static func read(
        _ texts: [String],
        into empty: Value,
        _ insert: (String, String, inout Value) throws(SettingRefusal) -> Void
    ) throws(SettingRefusal) -> Value {
        var value = empty
        var refusals = RefusalCollector()
        for text in texts where !text.isEmpty {
            refusals.collect(at: nil) { () throws(SettingRefusal) in
                guard let equals = text.firstIndex(of: "=") else {
                    throw SettingRefusal("\(quoted(text)) has no `=`")
                }
                let (key, rest) = (text[..<equals], text[text.index(after: equals)...])
                try insert(String(key), String(rest), &value)
            }
        }
        try refusals.finish()
        return value
    }
}

extension SettingType<[String: String]> {
    /// Variables of the environment: a table of texts, or texts `NAME=VALUE`.
    static var variables: SettingType {
        table(
            placeholder: "NAME=VALUE",
            allowed: "a table of texts, { NAME = \"value\" }, or NAME=VALUE in a flag",
            empty: [:],
            insert: { name, text, variables throws(SettingRefusal) in
                guard !name.isEmpty, !name.contains("=") else {
                    throw SettingRefusal("\(quoted(name)) can't name a variable")
                }
                try requireNoNUL(name)
                try requireNoNUL(text)
                variables[name] = text
            },
            entries: { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
        )
    }
}

extension SettingType<[Int: String]> {
    /// Paths of files by the status that they are shown for.
    static var errorPages: SettingType {
        let statuses = FileOptions.errorStatuses.map(String.init)
        return table(
            placeholder: "STATUS=PATH",
            allowed: "a table of paths, { 404 = \"/404.html\" }, for "
                + statuses.joined(separator: ", "),
            empty: [:],
            insert: { status, path, pages throws(SettingRefusal) in
                guard let code = Int(status), statuses.contains(status) else {
                    throw SettingRefusal("\(quoted(status)) is no status of serving files")
                }
                try requireNoNUL(path)
                guard path.hasPrefix("/"), !path.hasSuffix("/") else {
                    throw SettingRefusal("\(quoted(path)) is no path such as /404.html")
                }
                pages[code] = path
            },
            entries: { $0.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) } }
        )
    }
}

extension SettingType<[CacheRule]> {
    /// Values of Cache-Control by pattern, in their order.
    ///
    /// A value may have commas, by which variables of the environment are split: a text that does
    /// not begin as a pattern continues the value before it.
    static var cacheRules: SettingType {
        let type = table(
            placeholder: "PATTERN=VALUE",
            allowed: "a table of texts, { \"*.css\" = \"max-age=60\" }, with patterns that begin "
                + "with * or /",
            empty: [],
            insert: { pattern, value, rules throws(SettingRefusal) in
                guard let rule = CacheRule(pattern, value) else {
                    throw SettingRefusal("\(quoted("\(pattern)=\(value)")) is no rule")
                }
                rules.append(rule)
            },
            entries: { $0.map { ($0.pattern.description, $0.value) } }
        )
        return SettingType(
            form: type.form,
            placeholder: type.placeholder,
            allowed: type.allowed,
            choices: type.choices,
            decode: type.decode,
            parse: { texts throws(SettingRefusal) in try type.parse(joined(texts)) },
            format: type.format
        )
    }

    private static func joined(_ texts: [String]) -> [String] {
        var joined: [String] = []
        for text in texts {
            if let last = joined.last, !text.hasPrefix("*"), !text.hasPrefix("/") {
                joined[joined.count - 1] = "\(last),\(text)"
            } else {
                joined.append(text)
            }
        }
        return joined
    }
}
