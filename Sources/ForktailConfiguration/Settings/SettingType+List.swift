extension SettingType<[BindAddress]> {
    /// One address or several, each once.
    static var addresses: SettingType {
        SettingType(
            form: .list,
            placeholder: "ADDRESS",
            allowed:
                "\"host:port\", \"[v6]:port\", \":port\" or \"unix:/path\", or an array of them",
            choices: [],
            decode: { value throws(SettingRefusal) in try addresses(ListElement.all(of: value)) },
            parse: { texts throws(SettingRefusal) in
                try addresses(texts.map { ListElement(text: $0) })
            },
            format: { list in
                let texts = list.map { TOMLText.string($0.description) }
                return texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
            }
        )
    }

    private static func addresses(
        _ elements: [ListElement]
    ) throws(SettingRefusal) -> [BindAddress] {
        guard !elements.isEmpty else { throw SettingRefusal("no address is given") }
        return try ListElement.read(
            elements,
            as: { kind throws(SettingRefusal) in try BindAddress(kind) },
            write: \.description
        )
    }
}
