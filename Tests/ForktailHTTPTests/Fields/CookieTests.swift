import Testing

@testable import ForktailHTTP

/// RFC 6265 section 4.1 and RFC 6265bis: the cookies of a response.
struct CookieTests {
    @Test func writesAttributes() throws {
        // RFC 6265 section 3.1
        #expect(try Cookie("SID", "31d4d96e407aad42").description == "SID=31d4d96e407aad42")
        let cookie = try Cookie(
            "SID",
            "31d4d96e407aad42",
            path: "/",
            isSecure: true,
            isHTTPOnly: true
        )
        #expect(cookie.description == "SID=31d4d96e407aad42; Path=/; Secure; HttpOnly")
        let domain = try Cookie("lang", "en-US", domain: "example.com", path: "/")
        #expect(domain.description == "lang=en-US; Domain=example.com; Path=/")
        let expiring = try Cookie("lang", "", expires: HTTPDate("Wed, 09 Jun 2021 10:18:14 GMT"))
        #expect(expiring.description == "lang=; Expires=Wed, 09 Jun 2021 10:18:14 GMT")
        let all = try Cookie(
            "a",
            "\"b\"",
            maxAge: .milliseconds(3_600_999),
            isSecure: true,
            sameSite: Cookie.SameSite.none
        )
        #expect(all.description == "a=\"b\"; Max-Age=3600; Secure; SameSite=None")
        #expect(try Cookie("a", "b", sameSite: .lax).description == "a=b; SameSite=Lax")
        #expect(try Cookie("a", "b", sameSite: .strict).description == "a=b; SameSite=Strict")
    }

    @Test func removes() throws {
        #expect(
            try Cookie.removing("SID", path: "/").description
                == "SID=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"
        )
        #expect(
            try Cookie.removing("__Host-SID", path: "/").description
                == "__Host-SID=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure"
        )
    }

    @Test(arguments: ["", "a b", "a;b", "a=b", "a\r\n", "\u{e9}", "a,b", "\"a\""])
    func refusesName(_ name: String) {
        #expect(throws: CookieError.name(name)) { try Cookie(name, "") }
    }

    @Test(arguments: [
        ("", true), ("abc", true), ("!#$%&'()*+-./:<=>?@[]^_`{|}~", true), ("\"a\"", true),
        ("\"\"", true), ("a b", false), ("a,b", false), ("a;b", false), ("a\\b", false),
        ("\"", false), ("a\"", false), ("\"a\"b\"", false), ("a\r\nX: y", false), ("\u{e9}", false),
        ("a\u{0}", false), ("a\u{7f}", false), ("a\t", false),
    ])
    func checksValue(_ value: String, isTaken: Bool) {
        if isTaken {
            #expect(throws: Never.self) { try Cookie("a", value) }
        } else {
            #expect(throws: CookieError.value(of: "a")) { try Cookie("a", value) }
        }
    }

    @Test(arguments: [
        ("example.com", true), ("localhost", true), ("1.2.3.4", true), ("a-b.c", true),
        ("", false), (".example.com", false), ("example.com.", false), ("a..b", false),
        ("-a.b", false), ("a-.b", false), ("a b", false), ("a;b", false), ("a\r\n", false),
        ("\u{e9}.org", false), ("_a.b", false),
    ])
    func checksDomain(_ domain: String, isTaken: Bool) {
        if isTaken {
            #expect(throws: Never.self) { try Cookie("a", "b", domain: domain) }
        } else {
            #expect(throws: CookieError.domain(domain)) { try Cookie("a", "b", domain: domain) }
        }
    }

    @Test(arguments: [
        ("/", true), ("/a b/%20,=", true), ("", false), ("a", false), ("/;", false),
        ("/\u{e9}", false), ("/\r\n", false), ("/" + String(repeating: "a", count: 1024), false),
    ])
    func checksPath(_ path: String, isTaken: Bool) {
        if isTaken {
            #expect(throws: Never.self) { try Cookie("a", "b", path: path) }
        } else {
            #expect(throws: CookieError.path(path)) { try Cookie("a", "b", path: path) }
        }
    }

    @Test func checksWhatClientsIgnore() throws {
        let value = String(repeating: "v", count: 4095)
        #expect(throws: Never.self) { try Cookie("a", value) }
        #expect(throws: CookieError.tooLarge("ab")) { try Cookie("ab", value) }
        #expect(throws: CookieError.maxAge(of: "a")) { try Cookie("a", "", maxAge: .zero) }
        #expect(throws: CookieError.sameSiteNoneNeedsSecure("a")) {
            try Cookie("a", "", sameSite: Cookie.SameSite.none)
        }
        let error = CookieError.value(of: "a")
        #expect("\(error)".contains("cookie a"))
    }

    @Test func keepsThePromisesOfPrefixes() {
        #expect(throws: CookieError.prefix("__Secure-a")) { try Cookie("__Secure-a", "") }
        #expect(throws: Never.self) { try Cookie("__Secure-a", "", isSecure: true) }
        #expect(throws: CookieError.prefix("__host-a")) {
            try Cookie("__host-a", "", isSecure: true)
        }
        #expect(throws: CookieError.prefix("__Host-a")) {
            try Cookie("__Host-a", "", domain: "a.b", path: "/", isSecure: true)
        }
        #expect(throws: Never.self) { try Cookie("__Host-a", "", path: "/", isSecure: true) }
    }

    @Test func goesIntoAResponse() throws {
        let response = try Response(text: "x")
            .setting(Cookie("a", "1"))
            .setting(Cookie("b", "2"))
            .setting(.vary, to: "Cookie")
            .setting(.vary, to: "Accept")
        #expect(response.fields[values: .setCookie] == ["a=1", "b=2"])
        #expect(response.fields[values: .vary] == ["Accept"])
    }
}
