extension SettingType<[AddressBlock]> {
    /// Any number of blocks of addresses: texts that each may hold several with commas between.
    static var addressBlocks: SettingType {
        SettingType(
            form: .list,
            placeholder: "ADDRESS",
            allowed: "addresses, networks such as \"10.0.0.0/8\", \"unix\" and \"*\", in an array "
                + "or with commas between",
            choices: [],
            decode: { value throws(SettingRefusal) in
                switch value.kind {
                case .string: try blocks([value])
                case .array(let elements): try blocks(elements)
                default: throw SettingRefusal("\(value.typeName) is not accepted")
                }
            },
            parse: { texts throws(SettingRefusal) in
                var blocks: [AddressBlock] = []
                var refusals = RefusalCollector()
                for text in texts { append(text, at: nil, to: &blocks, &refusals) }
                try refusals.finish()
                return blocks
            },
            format: { blocks in
                "[" + blocks.map { TOMLText.string($0.description) }.joined(separator: ", ") + "]"
            }
        )
    }

    private static func blocks(_ values: [TOMLValue]) throws(SettingRefusal) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        var refusals = RefusalCollector()
        for value in values {
            guard case .string(let text) = value.kind else {
                refusals.collect(at: value.position) { () throws(SettingRefusal) in
                    throw SettingRefusal("an address must be a text")
                }
                continue
            }
            append(text, at: value.position, to: &blocks, &refusals)
        }
        try refusals.finish()
        return blocks
    }

    /// Appends the blocks of a text; an empty one holds none.
    private static func append(
        _ text: String,
        at position: TOMLPosition?,
        to blocks: inout [AddressBlock],
        _ refusals: inout RefusalCollector
    ) {
        guard !text.isEmpty else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            refusals.collect(at: position) { () throws(SettingRefusal) in
                let block = try AddressBlock(parsing: trimmed(part))
                guard !blocks.contains(block) else {
                    throw SettingRefusal("\(quoted(block.description)) is given twice")
                }
                blocks.append(block)
            }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let front = text.drop { $0 == " " }
        return String(front.reversed().drop { $0 == " " }.reversed())
    }
}
