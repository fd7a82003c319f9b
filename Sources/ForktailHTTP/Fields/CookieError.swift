/// Why a cookie can't be made: clients would ignore it or confuse it with another.
public enum CookieError: Error, Hashable, CustomStringConvertible {
    /// The name is no token.
    case name(String)
    /// The value of that cookie has characters that RFC 6265 section 4.1.1 leaves out.
    case value(of: String)
    /// Name and value of that cookie have more than 4096 bytes.
    case tooLarge(String)
    /// The Max-Age of that cookie is less than a second; `Cookie.removing` takes one back.
    case maxAge(of: String)
    /// The domain is no host name.
    case domain(String)
    /// The path does not begin with a slash, or has a semicolon or characters beyond ASCII.
    case path(String)
    /// SameSite=None without Secure.
    case sameSiteNoneNeedsSecure(String)
    /// A name with `__Secure-` needs Secure, one with `__Host-` also the path `/` and no domain.
    case prefix(String)

    /// What is wrong, for the log; a value is never shown.
    public var description: String {
        switch self {
        case .name(let name): "cookie \(name): the name is no token"
        case .value(let name): "cookie \(name): the value has characters that no cookie may have"
        case .tooLarge(let name): "cookie \(name): name and value are longer than 4096 bytes"
        case .maxAge(let name): "cookie \(name): the age is less than a second"
        case .domain(let domain): "cookie domain \(domain): not a host name"
        case .path(let path): "cookie path \(path): not a path of ASCII without semicolons"
        case .sameSiteNoneNeedsSecure(let name): "cookie \(name): SameSite=None needs Secure"
        case .prefix(let name): "cookie \(name): without the attributes that its prefix promises"
        }
    }
}
