extension Response.Status {
    /// Continue, RFC 9110 section 15.2.1.
    public static var `continue`: Self { Self(100, "Continue") }
    /// Switching Protocols, RFC 9110 section 15.2.2.
    public static var switchingProtocols: Self { Self(101, "Switching Protocols") }
    /// Processing, RFC 2518 section 10.1.
    public static var processing: Self { Self(102, "Processing") }
    /// Early Hints, RFC 8297 section 2.
    public static var earlyHints: Self { Self(103, "Early Hints") }
    /// OK, RFC 9110 section 15.3.1.
    public static var ok: Self { Self(200, "OK") }
    /// Created, RFC 9110 section 15.3.2.
    public static var created: Self { Self(201, "Created") }
    /// Accepted, RFC 9110 section 15.3.3.
    public static var accepted: Self { Self(202, "Accepted") }
    /// Non-Authoritative Information, RFC 9110 section 15.3.4.
    public static var nonAuthoritativeInformation: Self {
        Self(203, "Non-Authoritative Information")
    }
    /// No Content, RFC 9110 section 15.3.5.
    public static var noContent: Self { Self(204, "No Content") }
    /// Reset Content, RFC 9110 section 15.3.6.
    public static var resetContent: Self { Self(205, "Reset Content") }
    /// Partial Content, RFC 9110 section 15.3.7.
    public static var partialContent: Self { Self(206, "Partial Content") }
    /// Multi-Status, RFC 4918 section 11.1.
    public static var multiStatus: Self { Self(207, "Multi-Status") }
    /// Already Reported, RFC 5842 section 7.1.
    public static var alreadyReported: Self { Self(208, "Already Reported") }
    /// IM Used, RFC 3229 section 10.4.1.
    public static var imUsed: Self { Self(226, "IM Used") }
    /// Multiple Choices, RFC 9110 section 15.4.1.
    public static var multipleChoices: Self { Self(300, "Multiple Choices") }
    /// Moved Permanently, RFC 9110 section 15.4.2.
    public static var movedPermanently: Self { Self(301, "Moved Permanently") }
    /// Found, RFC 9110 section 15.4.3.
    public static var found: Self { Self(302, "Found") }
    /// See Other, RFC 9110 section 15.4.4.
    public static var seeOther: Self { Self(303, "See Other") }
    /// Not Modified, RFC 9110 section 15.4.5.
    public static var notModified: Self { Self(304, "Not Modified") }
    /// Use Proxy, RFC 9110 section 15.4.6.
    public static var useProxy: Self { Self(305, "Use Proxy") }
    /// Temporary Redirect, RFC 9110 section 15.4.8.
    public static var temporaryRedirect: Self { Self(307, "Temporary Redirect") }
    /// Permanent Redirect, RFC 9110 section 15.4.9.
    public static var permanentRedirect: Self { Self(308, "Permanent Redirect") }
    /// Bad Request, RFC 9110 section 15.5.1.
    public static var badRequest: Self { Self(400, "Bad Request") }
    /// Unauthorized, RFC 9110 section 15.5.2.
    public static var unauthorized: Self { Self(401, "Unauthorized") }
    /// Payment Required, RFC 9110 section 15.5.3.
    public static var paymentRequired: Self { Self(402, "Payment Required") }
    /// Forbidden, RFC 9110 section 15.5.4.
    public static var forbidden: Self { Self(403, "Forbidden") }
    /// Not Found, RFC 9110 section 15.5.5.
    public static var notFound: Self { Self(404, "Not Found") }
    /// Method Not Allowed, RFC 9110 section 15.5.6.
    public static var methodNotAllowed: Self { Self(405, "Method Not Allowed") }
    /// Not Acceptable, RFC 9110 section 15.5.7.
    public static var notAcceptable: Self { Self(406, "Not Acceptable") }
    /// Proxy Authentication Required, RFC 9110 section 15.5.8.
    public static var proxyAuthenticationRequired: Self {
        Self(407, "Proxy Authentication Required")
    }
    /// Request Timeout, RFC 9110 section 15.5.9.
    public static var requestTimeout: Self { Self(408, "Request Timeout") }
    /// Conflict, RFC 9110 section 15.5.10.
    public static var conflict: Self { Self(409, "Conflict") }
    /// Gone, RFC 9110 section 15.5.11.
    public static var gone: Self { Self(410, "Gone") }
    /// Length Required, RFC 9110 section 15.5.12.
    public static var lengthRequired: Self { Self(411, "Length Required") }
    /// Precondition Failed, RFC 9110 section 15.5.13.
    public static var preconditionFailed: Self { Self(412, "Precondition Failed") }
    /// Content Too Large, RFC 9110 section 15.5.14.
    public static var contentTooLarge: Self { Self(413, "Content Too Large") }
    /// URI Too Long, RFC 9110 section 15.5.15.
    public static var uriTooLong: Self { Self(414, "URI Too Long") }
    /// Unsupported Media Type, RFC 9110 section 15.5.16.
    public static var unsupportedMediaType: Self { Self(415, "Unsupported Media Type") }
    /// Range Not Satisfiable, RFC 9110 section 15.5.17.
    public static var rangeNotSatisfiable: Self { Self(416, "Range Not Satisfiable") }
    /// Expectation Failed, RFC 9110 section 15.5.18.
    public static var expectationFailed: Self { Self(417, "Expectation Failed") }
    /// Misdirected Request, RFC 9110 section 15.5.20.
    public static var misdirectedRequest: Self { Self(421, "Misdirected Request") }
    /// Unprocessable Content, RFC 9110 section 15.5.21.
    public static var unprocessableContent: Self { Self(422, "Unprocessable Content") }
    /// Locked, RFC 4918 section 11.3.
    public static var locked: Self { Self(423, "Locked") }
    /// Failed Dependency, RFC 4918 section 11.4.
    public static var failedDependency: Self { Self(424, "Failed Dependency") }
    /// Too Early, RFC 8470 section 5.2.
    public static var tooEarly: Self { Self(425, "Too Early") }
    /// Upgrade Required, RFC 9110 section 15.5.22.
    public static var upgradeRequired: Self { Self(426, "Upgrade Required") }
    /// Precondition Required, RFC 6585 section 3.
    public static var preconditionRequired: Self { Self(428, "Precondition Required") }
    /// Too Many Requests, RFC 6585 section 4.
    public static var tooManyRequests: Self { Self(429, "Too Many Requests") }
    /// Request Header Fields Too Large, RFC 6585 section 5.
    public static var requestHeaderFieldsTooLarge: Self {
        Self(431, "Request Header Fields Too Large")
    }
    /// Unavailable For Legal Reasons, RFC 7725 section 3.
    public static var unavailableForLegalReasons: Self {
        Self(451, "Unavailable For Legal Reasons")
    }
    /// Internal Server Error, RFC 9110 section 15.6.1.
    public static var internalServerError: Self { Self(500, "Internal Server Error") }
    /// Not Implemented, RFC 9110 section 15.6.2.
    public static var notImplemented: Self { Self(501, "Not Implemented") }
    /// Bad Gateway, RFC 9110 section 15.6.3.
    public static var badGateway: Self { Self(502, "Bad Gateway") }
    /// Service Unavailable, RFC 9110 section 15.6.4.
    public static var serviceUnavailable: Self { Self(503, "Service Unavailable") }
    /// Gateway Timeout, RFC 9110 section 15.6.5.
    public static var gatewayTimeout: Self { Self(504, "Gateway Timeout") }
    /// HTTP Version Not Supported, RFC 9110 section 15.6.6.
    public static var httpVersionNotSupported: Self { Self(505, "HTTP Version Not Supported") }
    /// Variant Also Negotiates, RFC 2295 section 8.1.
    public static var variantAlsoNegotiates: Self { Self(506, "Variant Also Negotiates") }
    /// Insufficient Storage, RFC 4918 section 11.5.
    public static var insufficientStorage: Self { Self(507, "Insufficient Storage") }
    /// Loop Detected, RFC 5842 section 7.2.
    public static var loopDetected: Self { Self(508, "Loop Detected") }
    /// Not Extended, RFC 2774 section 7.
    public static var notExtended: Self { Self(510, "Not Extended") }
    /// Network Authentication Required, RFC 6585 section 6.
    public static var networkAuthenticationRequired: Self {
        Self(511, "Network Authentication Required")
    }

    /// All of the above, by code.
    private static let registered = Dictionary(
        uniqueKeysWithValues: all.map { ($0.code, $0.reasonPhrase) }
    )

    private static let all: [Self] = [
        .continue, .switchingProtocols, .processing, .earlyHints, .ok, .created, .accepted,
        .nonAuthoritativeInformation, .noContent, .resetContent, .partialContent, .multiStatus,
        .alreadyReported, .imUsed, .multipleChoices, .movedPermanently, .found, .seeOther,
        .notModified, .useProxy, .temporaryRedirect, .permanentRedirect, .badRequest,
        .unauthorized, .paymentRequired, .forbidden, .notFound, .methodNotAllowed, .notAcceptable,
        .proxyAuthenticationRequired, .requestTimeout, .conflict, .gone, .lengthRequired,
        .preconditionFailed, .contentTooLarge, .uriTooLong, .unsupportedMediaType,
        .rangeNotSatisfiable, .expectationFailed, .misdirectedRequest, .unprocessableContent,
        .locked, .failedDependency, .tooEarly, .upgradeRequired, .preconditionRequired,
        .tooManyRequests, .requestHeaderFieldsTooLarge, .unavailableForLegalReasons,
        .internalServerError, .notImplemented, .badGateway, .serviceUnavailable, .gatewayTimeout,
        .httpVersionNotSupported, .variantAlsoNegotiates, .insufficientStorage, .loopDetected,
        .notExtended, .networkAuthenticationRequired,
    ]

    private init(_ code: Int, _ reasonPhrase: String) {
        self.init(uncheckedCode: code, reasonPhrase: reasonPhrase)
    }

    /// The reason phrase that the IANA registry has for `code`; empty where it has none.
    static func reasonPhrase(ofRegistered code: Int) -> String {
        registered[code] ?? ""
    }
}
