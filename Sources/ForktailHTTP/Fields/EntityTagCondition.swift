/// The value of If-Match or If-None-Match, RFC 9110 sections 13.1.1 and 13.1.2.
public enum EntityTagCondition: Hashable, Sendable {
    /// `*`: any current representation.
    case any
    /// A representation with one of these tags.
    case tags([EntityTag])

    /// Reads a field's value.
    ///
    /// An element that isn't an entity tag can't match, and is left out.
    init(_ text: String) {
        self =
            text == "*"
            ? .any
            : .tags(text.listElements(hasQuotedPairs: false).compactMap(EntityTag.init(field:)))
    }

    /// Says whether a current representation is among those meant.
    ///
    /// - Parameters:
    ///   - current: the representation; nil where there is none.
    ///   - matches: the comparison of tags.
    /// - Returns: whether it is; never where there is none.
    func holds(
        for current: Validators?,
        by matches: (EntityTag, EntityTag) -> Bool
    ) -> Bool {
        guard let current else { return false }
        switch self {
        case .any:
            return true
        case .tags(let tags):
            guard let own = current.entityTag else { return false }
            return tags.contains { matches($0, own) }
        }
    }
}
