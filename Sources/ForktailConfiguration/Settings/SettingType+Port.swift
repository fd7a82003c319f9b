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
        return spelled(
            placeholder: ":PORT",
            allowed: "a text such as \":443\", or \"\" for none",
            parse: accept,
            spell: { $0.map { ":\($0)" } ?? "" }
        )
    }
}
