extension SettingType<[Binding]> {
    /// One address or several, each once.
    static var addresses: SettingType {
        SettingType(
            form: .list,
            placeholder: "ADDRESS",
            allowed:
                "\"host:port\", \"[v6]:port\", \":port\" or \"unix:/path\", with \"https://\" before it for "
                + "TLS, or an array of them",
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
    ) throws(SettingRefusal) -> [Binding] {
        guard !elements.isEmpty else { throw SettingRefusal("no address is given") }
        let bindings = try ListElement.read(
            elements,
            as: { kind throws(SettingRefusal) in try Binding(kind) },
            write: \.description
        )
        for binding in bindings where binding.isSecure {
            guard !bindings.contains(Binding(binding.address)) else {
                throw SettingRefusal(
                    "\(quoted(binding.address.description)) is given with https:// and without"
                )
            }
        }
        return bindings
    }
}

extension SettingType<[AddressBlock]> {
    /// Any number of blocks of addresses: texts that each may hold several with commas between.
    static var addressBlocks: SettingType {
        SettingType(
            form: .list,
            placeholder: "ADDRESS",
            allowed: "addresses, networks such as \"10.0.0.0/8\", \"unix\" and \"*\", in an array "
                + "or with commas between",
            choices: [],
            decode: { value throws(SettingRefusal) in try blocks(ListElement.all(of: value)) },
            parse: { texts throws(SettingRefusal) in
                try blocks(texts.map { ListElement(text: $0) })
            },
            format: { blocks in
                "[" + blocks.map { TOMLText.string($0.description) }.joined(separator: ", ") + "]"
            }
        )
    }

    private static func blocks(_ elements: [ListElement]) throws(SettingRefusal) -> [AddressBlock] {
        try ListElement.read(
            elements.flatMap(parts),
            as: { kind throws(SettingRefusal) in
                guard case .string(let text) = kind else {
                    throw SettingRefusal("an address must be a text")
                }
                return try AddressBlock(parsing: trimmed(text))
            },
            write: \.description
        )
    }

    /// Returns the texts between the commas of a text; an empty one has none.
    private static func parts(of element: ListElement) -> [ListElement] {
        guard case .string(let text) = element.kind else { return [element] }
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false)
            .map { ListElement(text: String($0), at: element.position) }
    }

    private static func trimmed(_ text: String) -> String {
        let front = text.drop { $0 == " " }
        return String(front.reversed().drop { $0 == " " }.reversed())
    }
}
