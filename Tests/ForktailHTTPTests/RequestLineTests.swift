import Testing

@testable import ForktailHTTP

/// RFC 9112 sections 2 and 3: the request line and what may come before it.
struct RequestLineTests {
    @Test(arguments: [
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH",  // RFC 9110 section 9
        "get", "Get", "FROBNICATE", "M-SEARCH", "X", "connect",
        "!#$%&'*+-.^_`|~09azAZ", String(repeating: "M", count: 100),
    ])
    func acceptsMethod(_ method: String) throws {
        let head = try #require(outcome(of: "\(method) /x HTTP/1.1\r\nHost: a\r\n\r\n").head)
        #expect(head.method == method)
        #expect(head.target == "/x")
        #expect(head.minorVersion == 1)
    }

    @Test(arguments: [
        // target, form, path, query, authority: RFC 9112 section 3.2, RFC 3986 section 3
        ("/", TargetForm.origin, "/", nil, "a"),
        ("/where?q=now", .origin, "/where", "q=now", "a"),
        ("/pub/WWW/TheProject.html", .origin, "/pub/WWW/TheProject.html", nil, "a"),
        ("//", .origin, "//", nil, "a"),
        ("/?", .origin, "/", "", "a"),
        ("/a?b?c", .origin, "/a", "b?c", "a"),
        ("/%41%c3%a9", .origin, "/%41%c3%a9", nil, "a"),
        ("/a%2Fb", .origin, "/a%2Fb", nil, "a"),
        ("/-._~!$&'()*+,;=:@", .origin, "/-._~!$&'()*+,;=:@", nil, "a"),
        ("/[a]^|", .origin, "/[a]^|", nil, "a"),
        ("/?a=%zz&b=100%", .origin, "/", "a=%zz&b=100%", "a"),
        ("/?{a}`\\b|^", .origin, "/", "{a}`\\b|^", "a"),
        ("/?http://x/y", .origin, "/", "http://x/y", "a"),
        ("/../../etc", .origin, "/../../etc", nil, "a"),
        ("http://www.example.org/pub?x", .absolute, "/pub", "x", "www.example.org"),
        ("http://b", .absolute, "", nil, "b"),
        ("http://b/", .absolute, "/", nil, "b"),
        ("http://b?x", .absolute, "", "x", "b"),
        ("HTTP://B:8080/x", .absolute, "/x", nil, "B:8080"),
        ("http://b:/x", .absolute, "/x", nil, "b:"),
        ("http://[::1]:80/", .absolute, "/", nil, "[::1]:80"),
        ("http://[2001:db8::1]/", .absolute, "/", nil, "[2001:db8::1]"),
        ("http://b/@", .absolute, "/@", nil, "b"),
        ("http://b/x?y@z", .absolute, "/x", "y@z", "b"),
        ("https://b/x", .absolute, "/x", nil, "b"),
        // paths that are not UTF-8: a lone lead byte, an overlong slash, a surrogate
        ("/%c3", .origin, "/%c3", nil, "a"),
        ("/%c0%af", .origin, "/%c0%af", nil, "a"),
        ("/%ed%a0%80/%80", .origin, "/%ed%a0%80/%80", nil, "a"),
    ])
    func acceptsTarget(
        _ target: String,
        form: TargetForm,
        path: String,
        query: String?,
        authority: String
    ) throws {
        let head = try #require(outcome(of: request(line: "GET \(target) HTTP/1.1")).head)
        #expect(head.target == target)
        #expect(head.form == form)
        #expect(head.path == path)
        #expect(head.query == query)
        #expect(head.authority == authority)
    }

    /// Octets that a client should have escaped, as nginx and Go take them: none is white space.
    @Test(arguments: [
        ("/\u{e9}", "/%C3%A9", nil), ("/a?\u{e9}=\u{20ac}", "/a", "%C3%A9=%E2%82%AC"),
        ("/\u{85}\u{a0}\u{2003}/b", "/%C2%85%C2%A0%E2%80%83/b", nil),
        ("http://a/\u{e9}/%41", "/%C3%A9/%41", nil), ("/%c3\u{a9}", "/%c3%C2%A9", nil),
    ])
    func acceptsRawOctets(_ target: String, path: String, query: String?) throws {
        let head = try #require(outcome(of: request(line: "GET \(target) HTTP/1.1")).head)
        #expect(head.path == path)
        #expect(head.query == query)
        #expect(head.authority == "a")
    }

    @Test(arguments: [
        // RFC 9112 section 3.2.4
        ("OPTIONS *", TargetForm.asterisk, "*", "a"),
        // RFC 9112 section 3.2.3
        ("CONNECT www.example.com:80", .authority, "", "www.example.com:80"),
        ("CONNECT [::1]:443", .authority, "", "[::1]:443"),
        ("CONNECT 192.0.2.1:1", .authority, "", "192.0.2.1:1"),
        ("OPTIONS /", .origin, "/", "a"),
        ("OPTIONS http://b", .absolute, "", "b"),
    ])
    func acceptsTargetOfMethod(
        _ start: String,
        form: TargetForm,
        path: String,
        authority: String
    ) throws {
        let head = try #require(outcome(of: request(line: "\(start) HTTP/1.1")).head)
        #expect(head.form == form)
        #expect(head.path == path)
        #expect(head.authority == authority)
    }

    @Test(arguments: [
        ("HTTP/1.0", 0), ("HTTP/1.1", 1), ("HTTP/1.2", 1), ("HTTP/1.9", 1),  // RFC 9110 section 2.5
    ])
    func acceptsVersion(_ version: String, minor: Int) throws {
        let head = try #require(outcome(of: request(line: "GET / \(version)")).head)
        #expect(head.minorVersion == minor)
    }

    @Test(arguments: [
        // RFC 9112 section 2.2: one empty line before the request line
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 29),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\nBODY", 27),
        ("GET / HTTP/1.0\r\n\r\n", 18),
    ])
    func measuresHead(_ text: String, length: Int) throws {
        let head = try #require(outcome(of: text).head)
        #expect(head.length == length)
        #expect(head.method == "GET")
    }

    @Test(arguments: [
        // RFC 9112 section 2.2
        ("\r\n\r\nGET / HTTP/1.1\r\n\r\n", RequestFault.emptyLines),
        ("\nGET / HTTP/1.1\r\n\r\n", .bareLineFeed),
        ("\r\n\nGET / HTTP/1.1\r\n\r\n", .bareLineFeed),
        ("\rGET / HTTP/1.1\r\n\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\rHost: a\r\n\r\n", .bareCarriageReturn),
        ("GET\n", .bareLineFeed),
        ("GET /\n", .bareLineFeed),
        // RFC 9112 section 3: exactly one space between the parts
        (" GET / HTTP/1.1\r\n", .malformedMethod),
        ("GET\t/ HTTP/1.1\r\n", .malformedMethod),
        ("GET  / HTTP/1.1\r\n", .malformedTarget),
        ("GET /\tHTTP/1.1\r\n", .malformedTarget),
        ("GET /  HTTP/1.1\r\n", .malformedVersion),
        ("GET / HTTP/1.1 \r\n", .malformedVersion),
        ("GET / HTTP/1.1\t\r\n", .malformedVersion),
        ("GET / x HTTP/1.1\r\n", .malformedVersion),
        // RFC 9110 section 9.1
        ("GE(T / HTTP/1.1\r\n", .malformedMethod),
        ("GE\u{0}T / HTTP/1.1\r\n", .malformedMethod),
        ("G\u{e9}T / HTTP/1.1\r\n", .malformedMethod),
        ("GET\r\n", .malformedMethod),
        ("\"GET\" / HTTP/1.1\r\n", .malformedMethod),
        // RFC 9112 section 2.3
        ("GET / http/1.1\r\n", .malformedVersion),
        ("GET / HTTP/11\r\n", .malformedVersion),
        ("GET / HTTP/1.10\r\n", .malformedVersion),
        ("GET / HTTP/1,1\r\n", .malformedVersion),
        ("GET / HTTP/1\r\n", .malformedVersion),
        ("GET / HTTP/1.\r\n", .malformedVersion),
        ("GET / HTTP/.1\r\n", .malformedVersion),
        ("GET / HTTP/a.1\r\n", .malformedVersion),
        ("GET / HTTP/ 1.1\r\n", .malformedVersion),
        ("GET / HTTPS/1.1\r\n", .malformedVersion),
        ("GET / \r\n", .malformedVersion),
        ("GET / HTT\n", .bareLineFeed),
        // RFC 9110 section 15.6.6
        ("GET / HTTP/2.0\r\n", .unsupportedVersion),
        ("GET / HTTP/0.9\r\n", .unsupportedVersion),
        ("GET / HTTP/3.1\r\n", .unsupportedVersion),
        ("GET / HTTP/9.9\r\n", .unsupportedVersion),
        // what is something else altogether
        ("GET /\r\n", .http09),
        ("GET /index.html\r\n\r\n", .http09),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .http2Preface),
        ("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", .tlsClientHello),
        ("\u{16}\u{04}", .malformedMethod),
        ("SSH-2.0-OpenSSH_9.6\r\n", .malformedMethod),
        // RFC 9112 section 3.2
        ("GET foo HTTP/1.1\r\n", .malformedTarget),
        ("GET foo/bar HTTP/1.1\r\n", .malformedTarget),
        ("GET ?q HTTP/1.1\r\n", .malformedTarget),
        ("GET a:80 HTTP/1.1\r\n", .malformedTarget),
        ("GET ** HTTP/1.1\r\n", .malformedTarget),
        ("GET http HTTP/1.1\r\n", .malformedTarget),
        ("GET http: HTTP/1.1\r\n", .malformedTarget),
        ("GET http:/a HTTP/1.1\r\n", .malformedTarget),
        ("GET ftp://a/ HTTP/1.1\r\n", .malformedTarget),
        ("GET ://a/ HTTP/1.1\r\n", .malformedTarget),
        ("GET /#fragment HTTP/1.1\r\n", .malformedTarget),
        ("GET /<a> HTTP/1.1\r\n", .malformedTarget),
        ("GET /\"a\" HTTP/1.1\r\n", .malformedTarget),
        ("GET /\u{7f} HTTP/1.1\r\n", .malformedTarget),
        ("GET /\u{0} HTTP/1.1\r\n", .malformedTarget),
        // RFC 3986 sections 2.1 and 3.3
        ("GET /% HTTP/1.1\r\n", .malformedPath),
        ("GET /%4 HTTP/1.1\r\n", .malformedPath),
        ("GET /%4?1 HTTP/1.1\r\n", .malformedPath),
        ("GET /%zz HTTP/1.1\r\n", .malformedPath),
        ("GET /%00 HTTP/1.1\r\n", .malformedPath),
        ("GET /a\\b HTTP/1.1\r\n", .malformedPath),
        ("GET /{a} HTTP/1.1\r\n", .malformedPath),
        ("GET /`a` HTTP/1.1\r\n", .malformedPath),
        ("GET http://a/%0 HTTP/1.1\r\n", .malformedPath),
        // RFC 9112 section 3.2.2, RFC 9110 sections 4.2.1, 4.2.4 and 7.4
        ("GET http:///x HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://?x HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://:80/ HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://a:x/ HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://a:65536/ HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://]a/ HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://[::1/ HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET http://u@a/ HTTP/1.1\r\n", .userInformationInTarget),
        ("GET http://u:p@a/ HTTP/1.1\r\n", .userInformationInTarget),
        ("GET http://\u{e9}/ HTTP/1.1\r\n", .malformedTargetAuthority),
        ("GET \u{e9}://a/ HTTP/1.1\r\n", .malformedTarget),
        ("GET \u{e9} HTTP/1.1\r\n", .malformedTarget),
        ("CONNECT \u{e9}:80 HTTP/1.1\r\n", .authorityForm),
        ("OPTIONS *\u{e9} HTTP/1.1\r\n", .malformedTarget),
        // RFC 9112 section 3.2.4
        ("GET * HTTP/1.1\r\n", .asteriskForm),
        ("options * HTTP/1.1\r\n", .asteriskForm),
        // RFC 9112 section 3.2.3
        ("CONNECT / HTTP/1.1\r\n", .authorityForm),
        ("CONNECT a HTTP/1.1\r\n", .authorityForm),
        ("CONNECT a: HTTP/1.1\r\n", .authorityForm),
        ("CONNECT a:0 HTTP/1.1\r\n", .authorityForm),
        ("CONNECT :80 HTTP/1.1\r\n", .authorityForm),
        ("CONNECT * HTTP/1.1\r\n", .authorityForm),
        ("CONNECT a:70000 HTTP/1.1\r\n", .authorityForm),
        ("CONNECT a:80/ HTTP/1.1\r\n", .authorityForm),
        ("CONNECT http://a:80 HTTP/1.1\r\n", .authorityForm),
    ])
    func refusesRequestLine(_ text: String, fault: RequestFault) {
        #expect(outcome(of: text) == .refused(fault))
    }

    @Test(arguments: [
        "", "\r", "\r\n", "G", "GET ", "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\n",
    ])
    func waitsForMore(_ text: String) {
        #expect(outcome(of: text) == .incomplete)
    }
}
