extension SettingType<String> {
    /// A text of at least one character.
    static func text(placeholder: String, allowed: String) -> SettingType {
        text(placeholder: placeholder, allowed: allowed) { text throws(SettingRefusal) in
            guard !text.isEmpty else { throw SettingRefusal("the text is empty") }
        }
    }

    /// A text that a function accepts by not throwing.
    static func text(
        placeholder: String,
        allowed: String,
        choices: [String] = [],
        check: @escaping @Sendable (String) throws(SettingRefusal) -> Void
    ) -> SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> String in
            try requireNoNUL(text)
            try check(text)
            return text
        }
        return spelled(
            placeholder: placeholder,
            allowed: allowed,
            choices: choices,
            parse: accept,
            spell: { $0 }
        )
    }

    /// A layout of access log lines.
    static var accessLogFormat: SettingType {
        text(
            placeholder: "FORMAT",
            allowed: "text with atoms such as %(h)s or %({referer}i)s, and %% for a percent sign"
        ) {
            text throws(SettingRefusal) in _ = try AccessLogFormat(text)
        }
    }

    /// The name of a process: short, and without control characters.
    static var processName: SettingType {
        text(placeholder: "NAME", allowed: "1 to 64 characters, no control characters") {
            text throws(SettingRefusal) in
            guard (1...64).contains(text.unicodeScalars.count),
                !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw SettingRefusal("\(quoted(text)) can't name a process") }
        }
    }

    /// One of a list of texts.
    static func choice(_ choices: [String], placeholder: String) -> SettingType {
        text(placeholder: placeholder, allowed: spell(choices), choices: choices) {
            text throws(SettingRefusal) in
            guard choices.contains(text) else { throw refusal(of: text, from: choices) }
        }
    }
}

extension SettingType<String?> {
    /// A path, where the empty text stands for none.
    static func pathOrNone(allowed: String) -> SettingType {
        textOrNone(placeholder: "PATH", allowed: allowed, check: requirePath)
    }

    /// A user or a group by its name or number, where the empty text stands for none.
    static func accountOrNone(placeholder: String) -> SettingType {
        single(
            placeholder: placeholder,
            allowed: "a name or a number, or \"\" for none",
            decode: { kind throws(SettingRefusal) in
                if case .integer(let number) = kind {
                    guard UInt32(exactly: number) != nil else {
                        throw SettingRefusal("\(number) is out of range")
                    }
                    return "\(number)"
                }
                guard case .string(let text) = kind else { return nil }
                return .some(try account(text))
            },
            parse: account,
            format: { TOMLText.string($0 ?? "") }
        )
    }

    private static func account(_ text: String) throws(SettingRefusal) -> String? {
        try requireNoNUL(text)
        return text.isEmpty ? nil : text
    }

    /// The name of a charset, where the empty text stands for none.
    static var charsetOrNone: SettingType {
        textOrNone(
            placeholder: "NAME",
            allowed: "the name of a charset, or \"\" for none"
        ) { text throws(SettingRefusal) in
            let isName = text.utf8.allSatisfy {
                $0.isLetter || $0.isDigit || "-_.:".utf8.contains($0)
            }
            guard isName else { throw SettingRefusal("\(quoted(text)) can't name a charset") }
        }
    }

    /// A text, where the empty one stands for none.
    static func textOrNone(
        placeholder: String,
        allowed: String,
        check: @escaping @Sendable (String) throws(SettingRefusal) -> Void = requireNoNUL
    ) -> SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> String? in
            try check(text)
            return text.isEmpty ? nil : text
        }
        return spelled(
            placeholder: placeholder,
            allowed: allowed,
            parse: accept,
            spell: { $0 ?? "" }
        )
    }
}

extension SettingType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the cases of an enumeration.
    static func choice(placeholder: String) -> SettingType {
        let choices = Value.allCases.map(\.rawValue)
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> Value in
            guard let value = Value(rawValue: text) else { throw refusal(of: text, from: choices) }
            return value
        }
        return spelled(
            placeholder: placeholder,
            allowed: spell(choices),
            choices: choices,
            parse: accept,
            spell: { $0.rawValue }
        )
    }
}

extension SettingType<Bool> {
    /// True or false.
    static var boolean: SettingType {
        single(
            form: .toggle,
            placeholder: "",
            allowed: "true or false",
            decode: { kind throws(SettingRefusal) in
                guard case .boolean(let value) = kind else { return nil }
                return value
            },
            parse: { text throws(SettingRefusal) in
                switch text {
                case "true", "1": return true
                case "false", "0": return false
                default: throw SettingRefusal("\(quoted(text)) is neither true nor false")
                }
            },
            format: { $0 ? "true" : "false" }
        )
    }
}

/// Refuses a text that the system would cut short.
func requireNoNUL(_ text: String) throws(SettingRefusal) {
    guard !text.utf8.contains(0) else {
        throw SettingRefusal("\(quoted(text)) contains the character NUL")
    }
}

/// Refuses what can be no path, and words that are meant to turn a setting off.
@Sendable
func requirePath(_ text: String) throws(SettingRefusal) {
    try requireNoNUL(text)
    guard !["none", "off"].contains(text.lowercased()) else {
        throw SettingRefusal(
            "\(quoted(text)) would be a file of that name: write \"\" for none, or \"./\(text)\""
        )
    }
}

private func refusal(of text: String, from choices: [String]) -> SettingRefusal {
    SettingRefusal("\(quoted(text)) is unknown" + Suggestion.text(for: text, in: choices))
}

private func spell(_ choices: [String]) -> String {
    choices.map { "\"\($0)\"" }.joined(separator: ", ")
}
