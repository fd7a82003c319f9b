/// An element of Accept, Accept-Charset, Accept-Encoding, Accept-Language or TE, with its weight,
/// RFC 9110 section 12.4.
public struct Preference: Hashable, Sendable {
    /// What is preferred, as it was sent: `text/*`, `gzip`, `de-CH`.
    public let value: String
    /// The parameters, except the weight.
    public let parameters: [HTTPField.Parameter]
    /// How much it is preferred, in thousandths: 1000 unless said otherwise, 0 for what is not
    /// acceptable; RFC 9110 section 12.4.2.
    public let weight: Int

    /// Reads an element; nil where it is malformed.
    init?(_ text: String) {
        var reader = FieldValueReader(text)
        guard var value = reader.readToken() else { return nil }
        if reader.skip(UInt8(ascii: "/")) {
            guard let subtype = reader.readToken() else { return nil }
            value += "/\(subtype)"
        }
        guard let parameters = reader.readParameters(),
            let weight = Self.weight(parameters)
        else { return nil }
        self.value = value
        self.parameters = parameters.filter { $0.name != "q" }
        self.weight = weight
    }

    /// The weight among parameters, wherever it stands; nil where it is malformed.
    private static func weight(_ parameters: [HTTPField.Parameter]) -> Int? {
        guard let text = parameters.first(where: { $0.name == "q" })?.value else { return 1000 }
        let bytes = Array(text.utf8)
        guard let whole = bytes.first, whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1"),
            bytes.count < 2 || bytes[1] == UInt8(ascii: "."), bytes.count <= 5
        else { return nil }
        let decimals = bytes.dropFirst(2)
        guard decimals.allSatisfy(\.isDigit) else { return nil }
        let padded = decimals + Array(repeating: UInt8(ascii: "0"), count: 3 - decimals.count)
        let weight = padded.reduce(Int(whole & 0x0f)) { $0 * 10 + Int($1 & 0x0f) }
        return weight <= 1000 ? weight : nil
    }
}
