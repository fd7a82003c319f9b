extension Response.Status {
    /// Continue, RFC 9110 section 15.2.1.
    public static var `continue`: Self { Self(registered: 100) }
    /// Switching Protocols, RFC 9110 section 15.2.2.
    public static var switchingProtocols: Self { Self(registered: 101) }
    /// Processing, RFC 2518 section 10.1.
    public static var processing: Self { Self(registered: 102) }
    /// Early Hints, RFC 8297 section 2.
    public static var earlyHints: Self { Self(registered: 103) }
    /// OK, RFC 9110 section 15.3.1.
    public static var ok: Self { Self(registered: 200) }
    /// Created, RFC 9110 section 15.3.2.
    public static var created: Self { Self(registered: 201) }
    /// Accepted, RFC 9110 section 15.3.3.
    public static var accepted: Self { Self(registered: 202) }
    /// Non-Authoritative Information, RFC 9110 section 15.3.4.
    public static var nonAuthoritativeInformation: Self { Self(registered: 203) }
    /// No Content, RFC 9110 section 15.3.5.
    public static var noContent: Self { Self(registered: 204) }
    /// Reset Content, RFC 9110 section 15.3.6.
    public static var resetContent: Self { Self(registered: 205) }
    /// Partial Content, RFC 9110 section 15.3.7.
    public static var partialContent: Self { Self(registered: 206) }
    /// Multi-Status, RFC 4918 section 11.1.
    public static var multiStatus: Self { Self(registered: 207) }
    /// Already Reported, RFC 5842 section 7.1.
    public static var alreadyReported: Self { Self(registered: 208) }
    /// IM Used, RFC 3229 section 10.4.1.
    public static var imUsed: Self { Self(registered: 226) }
    /// Multiple Choices, RFC 9110 section 15.4.1.
    public static var multipleChoices: Self { Self(registered: 300) }
    /// Moved Permanently, RFC 9110 section 15.4.2.
    public static var movedPermanently: Self { Self(registered: 301) }
    /// Found, RFC 9110 section 15.4.3.
    public static var found: Self { Self(registered: 302) }
    /// See Other, RFC 9110 section 15.4.4.
    public static var seeOther: Self { Self(registered: 303) }
    /// Not Modified, RFC 9110 section 15.4.5.
    public static var notModified: Self { Self(registered: 304) }
    /// Use Proxy, RFC 9110 section 15.4.6.
    public static var useProxy: Self { Self(registered: 305) }
    /// Temporary Redirect, RFC 9110 section 15.4.8.
    public static var temporaryRedirect: Self { Self(registered: 307) }
    /// Permanent Redirect, RFC 9110 section 15.4.9.
    public static var permanentRedirect: Self { Self(registered: 308) }
    /// Bad Request, RFC 9110 section 15.5.1.
    public static var badRequest: Self { Self(registered: 400) }
    /// Unauthorized, RFC 9110 section 15.5.2.
    public static var unauthorized: Self { Self(registered: 401) }
    /// Payment Required, RFC 9110 section 15.5.3.
    public static var paymentRequired: Self { Self(registered: 402) }
    /// Forbidden, RFC 9110 section 15.5.4.
    public static var forbidden: Self { Self(registered: 403) }
    /// Not Found, RFC 9110 section 15.5.5.
    public static var notFound: Self { Self(registered: 404) }
    /// Method Not Allowed, RFC 9110 section 15.5.6.
    public static var methodNotAllowed: Self { Self(registered: 405) }
    /// Not Acceptable, RFC 9110 section 15.5.7.
    public static var notAcceptable: Self { Self(registered: 406) }
    /// Proxy Authentication Required, RFC 9110 section 15.5.8.
    public static var proxyAuthenticationRequired: Self { Self(registered: 407) }
    /// Request Timeout, RFC 9110 section 15.5.9.
    public static var requestTimeout: Self { Self(registered: 408) }
    /// Conflict, RFC 9110 section 15.5.10.
    public static var conflict: Self { Self(registered: 409) }
    /// Gone, RFC 9110 section 15.5.11.
    public static var gone: Self { Self(registered: 410) }
    /// Length Required, RFC 9110 section 15.5.12.
    public static var lengthRequired: Self { Self(registered: 411) }
    /// Precondition Failed, RFC 9110 section 15.5.13.
    public static var preconditionFailed: Self { Self(registered: 412) }
    /// Content Too Large, RFC 9110 section 15.5.14.
    public static var contentTooLarge: Self { Self(registered: 413) }
    /// URI Too Long, RFC 9110 section 15.5.15.
    public static var uriTooLong: Self { Self(registered: 414) }
    /// Unsupported Media Type, RFC 9110 section 15.5.16.
    public static var unsupportedMediaType: Self { Self(registered: 415) }
    /// Range Not Satisfiable, RFC 9110 section 15.5.17.
    public static var rangeNotSatisfiable: Self { Self(registered: 416) }
    /// Expectation Failed, RFC 9110 section 15.5.18.
    public static var expectationFailed: Self { Self(registered: 417) }
    /// Misdirected Request, RFC 9110 section 15.5.20.
    public static var misdirectedRequest: Self { Self(registered: 421) }
    /// Unprocessable Content, RFC 9110 section 15.5.21.
    public static var unprocessableContent: Self { Self(registered: 422) }
    /// Locked, RFC 4918 section 11.3.
    public static var locked: Self { Self(registered: 423) }
    /// Failed Dependency, RFC 4918 section 11.4.
    public static var failedDependency: Self { Self(registered: 424) }
    /// Too Early, RFC 8470 section 5.2.
    public static var tooEarly: Self { Self(registered: 425) }
    /// Upgrade Required, RFC 9110 section 15.5.22.
    public static var upgradeRequired: Self { Self(registered: 426) }
    /// Precondition Required, RFC 6585 section 3.
    public static var preconditionRequired: Self { Self(registered: 428) }
    /// Too Many Requests, RFC 6585 section 4.
    public static var tooManyRequests: Self { Self(registered: 429) }
    /// Request Header Fields Too Large, RFC 6585 section 5.
    public static var requestHeaderFieldsTooLarge: Self { Self(registered: 431) }
    /// Unavailable For Legal Reasons, RFC 7725 section 3.
    public static var unavailableForLegalReasons: Self { Self(registered: 451) }
    /// Internal Server Error, RFC 9110 section 15.6.1.
    public static var internalServerError: Self { Self(registered: 500) }
    /// Not Implemented, RFC 9110 section 15.6.2.
    public static var notImplemented: Self { Self(registered: 501) }
    /// Bad Gateway, RFC 9110 section 15.6.3.
    public static var badGateway: Self { Self(registered: 502) }
    /// Service Unavailable, RFC 9110 section 15.6.4.
    public static var serviceUnavailable: Self { Self(registered: 503) }
    /// Gateway Timeout, RFC 9110 section 15.6.5.
    public static var gatewayTimeout: Self { Self(registered: 504) }
    /// HTTP Version Not Supported, RFC 9110 section 15.6.6.
    public static var httpVersionNotSupported: Self { Self(registered: 505) }
    /// Variant Also Negotiates, RFC 2295 section 8.1.
    public static var variantAlsoNegotiates: Self { Self(registered: 506) }
    /// Insufficient Storage, RFC 4918 section 11.5.
    public static var insufficientStorage: Self { Self(registered: 507) }
    /// Loop Detected, RFC 5842 section 7.2.
    public static var loopDetected: Self { Self(registered: 508) }
    /// Not Extended, RFC 2774 section 7.
    public static var notExtended: Self { Self(registered: 510) }
    /// Network Authentication Required, RFC 6585 section 6.
    public static var networkAuthenticationRequired: Self { Self(registered: 511) }

    private init(registered code: Int) {
        self.init(uncheckedCode: code, reasonPhrase: Self.reasonPhrase(ofRegistered: code))
    }

    /// The reason phrase that the IANA registry has for `code`; empty where it has none.
    static func reasonPhrase(ofRegistered code: Int) -> String {
        switch code {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 102: "Processing"
        case 103: "Early Hints"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 203: "Non-Authoritative Information"
        case 204: "No Content"
        case 205: "Reset Content"
        case 206: "Partial Content"
        case 207: "Multi-Status"
        case 208: "Already Reported"
        case 226: "IM Used"
        case 300: "Multiple Choices"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 305: "Use Proxy"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 423: "Locked"
        case 424: "Failed Dependency"
        case 425: "Too Early"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 451: "Unavailable For Legal Reasons"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 506: "Variant Also Negotiates"
        case 507: "Insufficient Storage"
        case 508: "Loop Detected"
        case 510: "Not Extended"
        case 511: "Network Authentication Required"
        default: ""
        }
    }
}
