extension Request {
    /// The conditions under which the client wants the method performed, RFC 9110 section 13.
    ///
    /// An invalid date is ignored, as sections 13.1.3 and 13.1.4 want it. A malformed If-Match
    /// or If-Range can't be met.
    public var preconditions: Preconditions {
        Preconditions(
            ifMatch: self[.ifMatch].map(EntityTagCondition.init),
            ifNoneMatch: self[.ifNoneMatch].map(EntityTagCondition.init),
            ifModifiedSince: self[.ifModifiedSince].flatMap(HTTPDate.init),
            ifUnmodifiedSince: self[.ifUnmodifiedSince].flatMap(HTTPDate.init),
            ifRange: self[.ifRange].map(RangeCondition.init)
        )
    }
}
