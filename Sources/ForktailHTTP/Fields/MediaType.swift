/// A media type such as `text/html; charset=utf-8`, RFC 9110 section 8.3.1.
public struct MediaType: Hashable, Sendable {
    /// The type in lower case, such as `text`.
    public let type: String
    /// The subtype in lower case, such as `html`.
    public let subtype: String
    /// The parameters in their order.
    public let parameters: [HTTPField.Parameter]

    /// Reads a media type; nil where `text` is none.
    public init?(_ text: String) {
        var reader = FieldValueReader(text)
        guard let type = reader.readToken(), reader.skip(UInt8(ascii: "/")),
            let subtype = reader.readToken(), let parameters = reader.readParameters()
        else { return nil }
        self.type = type.lowercased()
        self.subtype = subtype.lowercased()
        self.parameters = parameters
    }

    /// Type and subtype without parameters, such as `text/html`.
    public var essence: String { "\(type)/\(subtype)" }

    /// The value of the first parameter of that name, whose case says nothing; nil where there is
    /// none.
    public subscript(_ name: String) -> String? {
        parameters.first { $0.name.equalsIgnoringCase(name) }?.value
    }
}
