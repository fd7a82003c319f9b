/// What tells one version of a representation from another, RFC 9110 section 8.8.
public struct Validators: Hashable, Sendable {
    /// The tag that is sent as ETag; nil where there is none.
    public var entityTag: EntityTag?
    /// The time that is sent as Last-Modified; nil where it isn't known.
    public var lastModified: HTTPDate?
    /// Whether the representation is known not to have changed twice within that second, which lets
    /// a date stand for its bytes, section 8.8.2.2.
    public var isLastModifiedStrong: Bool

    /// Makes the validators of a representation.
    public init(
        entityTag: EntityTag? = nil,
        lastModified: HTTPDate? = nil,
        isLastModifiedStrong: Bool = false
    ) {
        self.entityTag = entityTag
        self.lastModified = lastModified
        self.isLastModifiedStrong = isLastModifiedStrong
    }
}
