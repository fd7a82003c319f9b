extension SettingType<UInt16?> {
    /// A port with a colon before it, where the empty text stands for none.
    static var portOrNone: SettingType {
        let accept = { @Sendable (text: String) throws(SettingRefusal) -> UInt16? in
            if text.isEmpty { return nil }
            let digits = text.dropFirst()
            guard text.hasPrefix(":"), digits.utf8.allSatisfy(\.isDigit),
                let port = UInt16(digits), port > 0
            else { throw SettingRefusal("\(quoted(text)) is no port such as `:443`") }
            return port
        }
        return single(
            placeholder: ":PORT",
            allowed: "a text such as \":443\", or \"\" for none",
            decode: { kind throws(SettingRefusal) in
                guard case .string(let text) = kind else { return nil }
                return .some(try accept(text))
            },
            parse: accept,
            format: { TOMLText.string($0.map { ":\($0)" } ?? "") }
        )
    }
}
