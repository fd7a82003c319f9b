extension Request {
    /// The media type of the body, RFC 9110 section 8.3.
    ///
    /// It is nil where there is no Content-Type, and where there is more than one or a malformed
    /// one.
    public var contentType: MediaType? { self[.contentType].flatMap(MediaType.init) }
}
