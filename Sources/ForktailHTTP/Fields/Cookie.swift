/// A cookie for the client to keep: the value of a Set-Cookie field, RFC 6265 section 4.1.
///
/// A value of this type is valid for clients: the initialiser refuses what they would ignore or
/// misread.
public struct Cookie: Hashable, Sendable {
    /// When the client sends the cookie along with requests that another site has caused.
    public enum SameSite: String, Hashable, Sendable {
        /// Never.
        case strict = "Strict"
        /// Only when the user follows a link there.
        case lax = "Lax"
        /// Always; only for cookies that are secure.
        case none = "None"
    }

    /// The name: a token.
    public let name: String
    /// The value as it is sent.
    public let value: String
    /// How long the client keeps it, in whole seconds, 1 or more; nil: until it ends its session.
    public let maxAge: Duration?
    /// When the client forgets it, for those that don't know Max-Age, which prevails.
    public let expires: HTTPDate?
    /// The domain whose hosts get it; nil: the host that set it, and no other.
    public let domain: String?
    /// The path below which it is sent; nil: the directory of the request's path.
    public let path: String?
    /// Whether it is sent over secured connections only.
    public let isSecure: Bool
    /// Whether it is kept from scripts.
    public let isHTTPOnly: Bool
    /// When it is sent with requests from other sites; nil: by the default of the client.
    public let sameSite: SameSite?

    /// Makes a cookie.
    ///
    /// - Throws: `CookieError`: the part that clients would reject.
    public init(
        _ name: String,
        _ value: String,
        maxAge: Duration? = nil,
        expires: HTTPDate? = nil,
        domain: String? = nil,
        path: String? = nil,
        isSecure: Bool = false,
        isHTTPOnly: Bool = false,
        sameSite: SameSite? = nil
    ) throws(CookieError) {
        self.name = name
        self.value = value
        self.maxAge = maxAge
        self.expires = expires
        self.domain = domain
        self.path = path
        self.isSecure = isSecure
        self.isHTTPOnly = isHTTPOnly
        self.sameSite = sameSite
        try check()
    }

    /// Makes a cookie that removes one from the client.
    ///
    /// - Parameters:
    ///   - name: the cookie's name.
    ///   - domain: the domain that it was set with.
    ///   - path: the path that it was set with.
    /// - Returns: an empty cookie of the past.
    /// - Throws: `CookieError`, as for any other.
    public static func removing(
        _ name: String,
        domain: String? = nil,
        path: String? = nil
    ) throws(CookieError) -> Cookie {
        let isSecure = name.lowercased().hasPrefix("__")
        return try Cookie(
            name,
            "",
            expires: HTTPDate(secondsSince1970: 0),
            domain: domain,
            path: path,
            isSecure: isSecure
        )
    }
}

extension Cookie: CustomStringConvertible {
    /// The field's value, such as `SID=31d4d96e407aad42; Path=/; Secure; HttpOnly`.
    public var description: String {
        var text = "\(name)=\(value)"
        if let expires { text += "; Expires=\(expires)" }
        if let maxAge { text += "; Max-Age=\(maxAge.components.seconds)" }
        if let domain { text += "; Domain=\(domain)" }
        if let path { text += "; Path=\(path)" }
        if isSecure { text += "; Secure" }
        if isHTTPOnly { text += "; HttpOnly" }
        if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
        return text
    }
}
