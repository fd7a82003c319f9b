extension HTTPField.Name {
    /// Accept, RFC 9110 section 12.5.1.
    public static var accept: Self { Self(unchecked: "Accept") }
    /// Accept-Charset, RFC 9110 section 12.5.2.
    public static var acceptCharset: Self { Self(unchecked: "Accept-Charset") }
    /// Accept-Encoding, RFC 9110 section 12.5.3.
    public static var acceptEncoding: Self { Self(unchecked: "Accept-Encoding") }
    /// Accept-Language, RFC 9110 section 12.5.4.
    public static var acceptLanguage: Self { Self(unchecked: "Accept-Language") }
    /// Accept-Ranges, RFC 9110 section 14.3.
    public static var acceptRanges: Self { Self(unchecked: "Accept-Ranges") }
    /// Access-Control-Allow-Credentials, WHATWG Fetch.
    public static var accessControlAllowCredentials: Self {
        Self(unchecked: "Access-Control-Allow-Credentials")
    }
    /// Access-Control-Allow-Headers, WHATWG Fetch.
    public static var accessControlAllowHeaders: Self {
        Self(unchecked: "Access-Control-Allow-Headers")
    }
    /// Access-Control-Allow-Methods, WHATWG Fetch.
    public static var accessControlAllowMethods: Self {
        Self(unchecked: "Access-Control-Allow-Methods")
    }
    /// Access-Control-Allow-Origin, WHATWG Fetch.
    public static var accessControlAllowOrigin: Self {
        Self(unchecked: "Access-Control-Allow-Origin")
    }
    /// Access-Control-Expose-Headers, WHATWG Fetch.
    public static var accessControlExposeHeaders: Self {
        Self(unchecked: "Access-Control-Expose-Headers")
    }
    /// Access-Control-Max-Age, WHATWG Fetch.
    public static var accessControlMaxAge: Self { Self(unchecked: "Access-Control-Max-Age") }
    /// Age, RFC 9111 section 5.1.
    public static var age: Self { Self(unchecked: "Age") }
    /// Allow, RFC 9110 section 10.2.1.
    public static var allow: Self { Self(unchecked: "Allow") }
    /// Authorization, RFC 9110 section 11.6.2.
    public static var authorization: Self { Self(unchecked: "Authorization") }
    /// Cache-Control, RFC 9111 section 5.2.
    public static var cacheControl: Self { Self(unchecked: "Cache-Control") }
    /// Connection, RFC 9110 section 7.6.1.
    public static var connection: Self { Self(unchecked: "Connection") }
    /// Content-Disposition, RFC 6266.
    public static var contentDisposition: Self { Self(unchecked: "Content-Disposition") }
    /// Content-Encoding, RFC 9110 section 8.4.
    public static var contentEncoding: Self { Self(unchecked: "Content-Encoding") }
    /// Content-Language, RFC 9110 section 8.5.
    public static var contentLanguage: Self { Self(unchecked: "Content-Language") }
    /// Content-Length, RFC 9110 section 8.6.
    public static var contentLength: Self { Self(unchecked: "Content-Length") }
    /// Content-Location, RFC 9110 section 8.7.
    public static var contentLocation: Self { Self(unchecked: "Content-Location") }
    /// Content-Range, RFC 9110 section 14.4.
    public static var contentRange: Self { Self(unchecked: "Content-Range") }
    /// Content-Security-Policy, W3C Content Security Policy.
    public static var contentSecurityPolicy: Self { Self(unchecked: "Content-Security-Policy") }
    /// Content-Type, RFC 9110 section 8.3.
    public static var contentType: Self { Self(unchecked: "Content-Type") }
    /// Cookie, RFC 6265 section 5.4.
    public static var cookie: Self { Self(unchecked: "Cookie") }
    /// Date, RFC 9110 section 6.6.1.
    public static var date: Self { Self(unchecked: "Date") }
    /// ETag, RFC 9110 section 8.8.3.
    public static var eTag: Self { Self(unchecked: "ETag") }
    /// Expect, RFC 9110 section 10.1.1.
    public static var expect: Self { Self(unchecked: "Expect") }
    /// Expires, RFC 9111 section 5.3.
    public static var expires: Self { Self(unchecked: "Expires") }
    /// Forwarded, RFC 7239 section 4.
    public static var forwarded: Self { Self(unchecked: "Forwarded") }
    /// Host, RFC 9110 section 7.2.
    public static var host: Self { Self(unchecked: "Host") }
    /// If-Match, RFC 9110 section 13.1.1.
    public static var ifMatch: Self { Self(unchecked: "If-Match") }
    /// If-Modified-Since, RFC 9110 section 13.1.3.
    public static var ifModifiedSince: Self { Self(unchecked: "If-Modified-Since") }
    /// If-None-Match, RFC 9110 section 13.1.2.
    public static var ifNoneMatch: Self { Self(unchecked: "If-None-Match") }
    /// If-Range, RFC 9110 section 13.1.5.
    public static var ifRange: Self { Self(unchecked: "If-Range") }
    /// If-Unmodified-Since, RFC 9110 section 13.1.4.
    public static var ifUnmodifiedSince: Self { Self(unchecked: "If-Unmodified-Since") }
    /// Keep-Alive, RFC 2068 section 19.7.1.
    public static var keepAlive: Self { Self(unchecked: "Keep-Alive") }
    /// Last-Modified, RFC 9110 section 8.8.2.
    public static var lastModified: Self { Self(unchecked: "Last-Modified") }
    /// Link, RFC 8288 section 3.
    public static var link: Self { Self(unchecked: "Link") }
    /// Location, RFC 9110 section 10.2.2.
    public static var location: Self { Self(unchecked: "Location") }
    /// Max-Forwards, RFC 9110 section 7.6.2.
    public static var maxForwards: Self { Self(unchecked: "Max-Forwards") }
    /// Origin, RFC 6454 section 7.
    public static var origin: Self { Self(unchecked: "Origin") }
    /// Proxy-Authenticate, RFC 9110 section 11.7.1.
    public static var proxyAuthenticate: Self { Self(unchecked: "Proxy-Authenticate") }
    /// Proxy-Authorization, RFC 9110 section 11.7.2.
    public static var proxyAuthorization: Self { Self(unchecked: "Proxy-Authorization") }
    /// Proxy-Connection, RFC 9112 appendix C.2.2.
    public static var proxyConnection: Self { Self(unchecked: "Proxy-Connection") }
    /// Range, RFC 9110 section 14.2.
    public static var range: Self { Self(unchecked: "Range") }
    /// Referer, RFC 9110 section 10.1.3.
    public static var referer: Self { Self(unchecked: "Referer") }
    /// X-Request-Id, which has no standard.
    package static var requestID: Self { Self(unchecked: "X-Request-Id") }
    /// Retry-After, RFC 9110 section 10.2.3.
    public static var retryAfter: Self { Self(unchecked: "Retry-After") }
    /// Server, RFC 9110 section 10.2.4.
    public static var server: Self { Self(unchecked: "Server") }
    /// Set-Cookie, RFC 6265 section 4.1.
    public static var setCookie: Self { Self(unchecked: "Set-Cookie") }
    /// Strict-Transport-Security, RFC 6797 section 6.1.
    public static var strictTransportSecurity: Self { Self(unchecked: "Strict-Transport-Security") }
    /// TE, RFC 9110 section 10.1.4.
    public static var te: Self { Self(unchecked: "TE") }
    /// Trailer, RFC 9110 section 6.6.2.
    public static var trailer: Self { Self(unchecked: "Trailer") }
    /// Transfer-Encoding, RFC 9112 section 6.1.
    public static var transferEncoding: Self { Self(unchecked: "Transfer-Encoding") }
    /// Upgrade, RFC 9110 section 7.8.
    public static var upgrade: Self { Self(unchecked: "Upgrade") }
    /// User-Agent, RFC 9110 section 10.1.5.
    public static var userAgent: Self { Self(unchecked: "User-Agent") }
    /// Vary, RFC 9110 section 12.5.5.
    public static var vary: Self { Self(unchecked: "Vary") }
    /// Via, RFC 9110 section 7.6.3.
    public static var via: Self { Self(unchecked: "Via") }
    /// WWW-Authenticate, RFC 9110 section 11.6.1.
    public static var wwwAuthenticate: Self { Self(unchecked: "WWW-Authenticate") }
    /// X-Content-Type-Options, WHATWG Fetch.
    public static var xContentTypeOptions: Self { Self(unchecked: "X-Content-Type-Options") }
    /// X-Forwarded-For, a convention of proxies.
    public static var xForwardedFor: Self { Self(unchecked: "X-Forwarded-For") }
    /// X-Forwarded-Host, a convention of proxies.
    public static var xForwardedHost: Self { Self(unchecked: "X-Forwarded-Host") }
    /// X-Forwarded-Proto, a convention of proxies.
    public static var xForwardedProto: Self { Self(unchecked: "X-Forwarded-Proto") }
    /// X-Request-ID, a convention of proxies.
    public static var xRequestID: Self { Self(unchecked: "X-Request-ID") }
}
