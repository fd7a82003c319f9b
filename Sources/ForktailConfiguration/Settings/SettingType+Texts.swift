extension SettingType {
    /// Any number of texts: an array, or one alone.
    ///
    /// - Parameters:
    ///   - placeholder: What stands for one of them in `--help`.
    ///   - allowed: What is allowed, as messages and the manual say it.
    ///   - choices: The texts of a type that has only a few.
    ///   - read: Makes an element of its text.
    ///   - write: Makes the text of an element.
    /// - Returns: The type; an empty text of a flag or a variable is no element.
    static func texts<Element: Equatable & Sendable>(
        placeholder: String,
        allowed: String,
        choices: [String] = [],
        read: @escaping @Sendable (String) throws(SettingRefusal) -> Element,
        write: @escaping @Sendable (Element) -> String
    ) -> SettingType where Value == [Element] {
        SettingType(
            form: .list,
            placeholder: placeholder,
            allowed: allowed,
            choices: choices,
            decode: { value throws(SettingRefusal) in
                try elements(ListElement.all(of: value), read, write)
            },
            parse: { texts throws(SettingRefusal) in
                let given = texts.filter { !$0.isEmpty }
                return try elements(given.map { ListElement(text: $0) }, read, write)
            },
            format: { elements in
                "[" + elements.map { TOMLText.string(write($0)) }.joined(separator: ", ") + "]"
            }
        )
    }

    private static func elements<Element: Equatable>(
        _ elements: [ListElement],
        _ read: (String) throws(SettingRefusal) -> Element,
        _ write: (Element) -> String
    ) throws(SettingRefusal) -> [Element] where Value == [Element] {
        try ListElement.read(
            elements,
            as: { kind throws(SettingRefusal) in
                guard case .string(let text) = kind else {
                    throw SettingRefusal("an element must be a text")
                }
                return try read(text)
            },
            write: write
        )
    }
}

extension SettingType<[String]> {
    /// Names of files, without a directory.
    static var fileNames: SettingType {
        texts(
            placeholder: "NAME",
            allowed: "names of files without a slash, in an array",
            read: { text throws(SettingRefusal) in
                try requireNoNUL(text)
                guard !text.isEmpty, !text.contains("/"), text != ".", text != ".." else {
                    throw SettingRefusal("\(quoted(text)) can't name a file of a directory")
                }
                return text
            },
            write: { $0 }
        )
    }
}

extension SettingType<[Precompression]> {
    /// Content codings, the best first.
    static var precompressions: SettingType {
        let choices = Precompression.allCases.map(\.rawValue)
        let one = SettingType<Precompression>.choice(placeholder: "CODING")
        return texts(
            placeholder: one.placeholder,
            allowed: "an array of \(one.allowed)",
            choices: choices,
            read: { text throws(SettingRefusal) in try one.parse([text]) },
            write: { $0.rawValue }
        )
    }
}

extension SettingType<[AccessLogField]> {
    /// What a line of the access log has, each once.
    static var accessLogFields: SettingType {
        texts(
            placeholder: "NAME",
            allowed: "an array of standard, " + AccessLogField.allNames.joined(separator: ", ")
                + ", header:NAME and response_header:NAME",
            read: { text throws(SettingRefusal) in
                guard let field = AccessLogField(text) else {
                    throw SettingRefusal("\(quoted(text)) is no fact of a request")
                }
                return field
            },
            write: \.description
        )
    }
}
