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
