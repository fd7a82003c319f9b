/// The value of If-Range, RFC 9110 section 13.1.5.
public enum RangeCondition: Hashable, Sendable {
    /// The representation with this tag.
    case tag(EntityTag)
    /// The representation of exactly this time.
    case date(HTTPDate)
    /// Neither a tag nor a date: no representation.
    case malformed

    /// Reads a field's value.
    init(_ text: String) {
        if let tag = EntityTag(field: text) {
            self = .tag(tag)
        } else if let date = HTTPDate(text) {
            self = .date(date)
        } else {
            self = .malformed
        }
    }

    /// Says whether the current representation is byte for byte the one meant.
    func holds(for current: Validators?) -> Bool {
        guard let current else { return false }
        switch self {
        case .tag(let tag):
            return current.entityTag?.stronglyMatches(tag) == true
        case .date(let date):
            return current.isLastModifiedStrong && current.lastModified == date
        case .malformed:
            return false
        }
    }
}
