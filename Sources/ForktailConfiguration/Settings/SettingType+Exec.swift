extension SettingType<[String]> {
    /// A program and its arguments.
    static var arguments: SettingType {
        SettingType(
            form: .list,
            placeholder: "ARGUMENT",
            allowed: "an array of texts, the first of which names a program",
            choices: [],
            decode: { value throws(SettingRefusal) in
                guard case .array(let values) = value.kind else {
                    throw SettingRefusal("\(value.typeName) is not accepted")
                }
                var texts: [String] = []
                var refusals = RefusalCollector()
                for value in values {
                    refusals.collect(at: value.position) { () throws(SettingRefusal) in
                        guard case .string(let text) = value.kind else {
                            throw SettingRefusal("\(value.typeName) is no argument")
                        }
                        try checkArgument(text)
                        texts.append(text)
                    }
                }
                try refusals.finish()
                return try checked(texts)
            },
            parse: { texts throws(SettingRefusal) in
                for text in texts { try checkArgument(text) }
                return try checked(texts)
            },
            format: { "[" + $0.map(TOMLText.string).joined(separator: ", ") + "]" }
        )
    }

    private static func checkArgument(_ text: String) throws(SettingRefusal) {
        try requireNoNUL(text)
        _ = try ProgramText(text)
    }

    private static func checked(_ texts: [String]) throws(SettingRefusal) -> [String] {
        guard texts.first?.isEmpty != true else { throw SettingRefusal("the program has no name") }
        return texts
    }
}

extension SettingType<ProgramReadiness> {
    /// A word, or a table or a flag with a delay.
    static var readiness: SettingType {
        let delay = SettingType<Duration>.duration(.milliseconds(1)...(.seconds(3600)))
        return SettingType(
            form: .single,
            placeholder: "HOW",
            allowed:
                "\"auto\", \"listening\", \"notify\", \"fd\" or { delay = \"2s\" }; delay=2s in a flag",
            choices: [],
            decode: { value throws(SettingRefusal) in
                switch value.kind {
                case .string(let text): return try word(text)
                case .table(let table):
                    guard let entry = table.entries.first, table.entries.count == 1,
                        entry.key == "delay"
                    else { throw SettingRefusal("the table has to hold delay and nothing else") }
                    return .delay(try delay.decode(entry.value))
                case .integer, .float, .boolean, .dateTime, .array:
                    throw SettingRefusal("\(value.typeName) is not accepted")
                }
            },
            parse: { texts throws(SettingRefusal) in
                let text = texts.last ?? ""
                guard text.hasPrefix("delay=") else { return try word(text) }
                return .delay(try delay.parse([String(text.dropFirst(6))]))
            },
            format: { value in
                switch value {
                case .auto: TOMLText.string("auto")
                case .listening: TOMLText.string("listening")
                case .notify: TOMLText.string("notify")
                case .fd: TOMLText.string("fd")
                case .delay(let time): "{ delay = \(delay.format(time)) }"
                }
            }
        )
    }

    private static func word(_ text: String) throws(SettingRefusal) -> ProgramReadiness {
        switch text {
        case "auto": return .auto
        case "listening": return .listening
        case "notify": return .notify
        case "fd": return .fd
        default:
            let suggestion = Suggestion.text(for: text, in: ["auto", "listening", "notify", "fd"])
            throw SettingRefusal("\(quoted(text)) is unknown\(suggestion)")
        }
    }
}
