extension Request {
    /// The elements of a field such as Accept-Language in the order sent, with their weights.
    ///
    /// Malformed ones are left out. It is nil where there is no such field, which says that anything
    /// is acceptable, RFC 9110 section 12.4.1.
    public func preferences(in name: HTTPField.Name) -> [Preference]? {
        self[name]?.listElements().compactMap(Preference.init)
    }

    /// The media type that the client likes best, RFC 9110 section 12.5.1.
    ///
    /// The most specific range that fits an offer gives it its weight. Among equals the first offer
    /// is taken.
    ///
    /// - Parameter offers: the media types that there are, with their parameters.
    /// - Returns: one of `offers`; nil where none is acceptable.
    public func preferredMediaType(among offers: [String]) -> String? {
        Negotiation(preferences(in: .accept)).mediaType(among: offers)
    }

    /// The content coding that the client likes best, RFC 9110 section 12.5.3.
    ///
    /// `identity`, which means no coding, is acceptable unless the client refuses it. If the client
    /// sends no Accept-Encoding, `identity` is chosen where it is offered.
    ///
    /// - Parameter offers: the codings that there are, such as `gzip` and `identity`.
    /// - Returns: one of `offers`; nil where none is acceptable.
    public func preferredEncoding(among offers: [String]) -> String? {
        Negotiation(preferences(in: .acceptEncoding)).encoding(among: offers)
    }

    /// The language that the client likes best, RFC 9110 section 12.5.4.
    ///
    /// A range such as `de` fits `de-CH` (RFC 4647 section 3.3.1). Where that finds nothing, `de-CH`
    /// also fits `de` (RFC 4647 section 3.4).
    ///
    /// - Parameter offers: the language tags that there are.
    /// - Returns: one of `offers`; nil where none is acceptable.
    public func preferredLanguage(among offers: [String]) -> String? {
        Negotiation(preferences(in: .acceptLanguage)).language(among: offers)
    }
}
