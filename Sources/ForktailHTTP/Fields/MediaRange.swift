/// A set of media types: `text/html;level=1`, `text/html`, `text/*` or `*/*`, RFC 9110
/// section 12.5.1.
struct MediaRange {
    private let type: String
    private let subtype: String
    private let parameters: [HTTPField.Parameter]

    /// Makes a range of an element of Accept; nil where it is none.
    init?(_ preference: Preference) {
        let parts = preference.value.lowercased().split(separator: "/").map(String.init)
        guard parts.count == 2, parts[0] != "*" || parts[1] == "*" else { return nil }
        type = parts[0]
        subtype = parts[1]
        parameters = preference.parameters
    }

    /// How closely the range describes a type; nil where the type is not in it.
    func specificity(for offer: MediaType) -> Int? {
        guard type == "*" || type == offer.type, subtype == "*" || subtype == offer.subtype,
            parameters.allSatisfy({ offer[$0.name]?.equalsIgnoringCase($0.value) == true })
        else { return nil }
        let precision = (type == "*" ? 0 : 1) + (subtype == "*" ? 0 : 1)
        return precision << 16 + parameters.count
    }
}
