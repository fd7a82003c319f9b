import ForktailTestSupport
import Testing

@_spi(inlined) @testable import ForktailHTTP

/// What a handler sees of a request.
struct RequestTests {
    static func make(
        _ text: String,
        headerMap: HeaderMap = .drop,
        body: RequestBody = .empty
    ) throws -> Request {
        try make(Array(text.utf8), headerMap: headerMap, body: body)
    }

    static func make(
        _ bytes: [UInt8],
        headerMap: HeaderMap = .drop,
        body: RequestBody = .empty
    ) throws -> Request {
        let storage = RequestStorage(capacity: 0)
        storage.bytes.append(bytes.span)
        storage.headerMap = headerMap
        storage.remoteAddress = .ipv4(0x7f00_0001, port: 1)
        var parser = RequestHeadParser(limits: RequestLimits())
        #expect(try parser.parse(bytes.span, into: &storage.head))
        return Request(storage, body: body)
    }

    @Test(arguments: [
        // target, path, raw path: RFC 3986 sections 2.1, 5.2.4 and 6.2.2
        ("/", "/", "/"),
        ("/a/b", "/a/b", "/a/b"),
        ("/a%20b", "/a b", "/a%20b"),
        ("/caf%C3%A9", "/caf\u{e9}", "/caf%C3%A9"),
        ("/%E2%82%AC", "/\u{20ac}", "/%E2%82%AC"),
        ("/a+b", "/a+b", "/a+b"),
        ("/%2541", "/%41", "/%2541"),
        ("/a%2Fb", "/a/b", "/a%2Fb"),
        ("/a%3Fb?c", "/a?b", "/a%3Fb"),
        ("/.", "/", "/."),
        ("/..", "/", "/.."),
        ("/./", "/", "/./"),
        ("/../", "/", "/../"),
        ("/a/.", "/a/", "/a/."),
        ("/a/..", "/", "/a/.."),
        ("/a/b/..", "/a/", "/a/b/.."),
        ("/a/b/../", "/a/", "/a/b/../"),
        ("/a/./b/../c", "/a/c", "/a/./b/../c"),
        ("/a/b/c/./../../g", "/a/g", "/a/b/c/./../../g"),
        ("/../../etc/passwd", "/etc/passwd", "/../../etc/passwd"),
        ("/%2e%2e/etc/passwd", "/etc/passwd", "/%2e%2e/etc/passwd"),
        ("/a/%2E./%2e%2E%2fetc", "/etc", "/a/%2E./%2e%2E%2fetc"),
        ("/a/..%2f..%2fetc", "/etc", "/a/..%2f..%2fetc"),
        ("//a//b/", "//a//b/", "//a//b/"),
        ("//..//a", "//a", "//..//a"),
        ("/...", "/...", "/..."),
        ("/.a/..b/c.", "/.a/..b/c.", "/.a/..b/c."),
        ("/a.b?../x", "/a.b", "/a.b"),
        ("http://b", "/", "/"),
        ("http://b?x", "/", "/"),
        ("http://b/x/../y", "/y", "/x/../y"),
    ])
    func resolvesPath(_ target: String, path: String, rawPath: String) throws {
        let request = try Self.make(request(line: "GET \(target) HTTP/1.1"))
        #expect(request.path == path)
        #expect(request.rawPath == rawPath)
        #expect(request.target == target)
    }

    /// Names of files are bytes: those that are not UTF-8 are repaired in `path` alone.
    @Test(arguments: [
        // target as ISO 8859-1, its path and bytes
        ("/caf%e9", "/caf%e9", "/caf\u{fffd}", "/caf\u{e9}"),
        ("/caf\u{e9}", "/caf%E9", "/caf\u{fffd}", "/caf\u{e9}"),
        ("/caf\u{c3}\u{a9}", "/caf%C3%A9", "/caf\u{e9}", "/caf\u{c3}\u{a9}"),
        ("/%c3/%a9", "/%c3/%a9", "/\u{fffd}/\u{fffd}", "/\u{c3}/\u{a9}"),
        ("/%c0%af..%2fx", "/%c0%af..%2fx", "/\u{fffd}\u{fffd}../x", "/\u{c0}\u{af}../x"),
        (
            "/%c0%ae%c0%ae/x", "/%c0%ae%c0%ae/x", "/\u{fffd}\u{fffd}\u{fffd}\u{fffd}/x",
            "/\u{c0}\u{ae}\u{c0}\u{ae}/x"
        ),
        ("/\u{ff}/../%fe", "/%FF/../%fe", "/\u{fffd}", "/\u{fe}"),
        ("http://b/\u{a0}", "http://b/%A0", "/\u{fffd}", "/\u{a0}"),
    ])
    func keepsTheBytesOfAPath(_ sent: String, target: String, path: String, bytes: String) throws {
        let text = request(line: "GET \(sent) HTTP/1.1")
        let latin1 = { (text: String) in text.unicodeScalars.map { UInt8($0.value) } }
        let request = try Self.make(latin1(text))
        #expect(request.target == target)
        #expect(request.line == "GET \(target) HTTP/1.1")
        #expect(request.path == path)
        #expect(request.pathBytes == latin1(bytes))
    }

    @Test func escapesOctetsThatTheClientDidNot() throws {
        let request = try Self.make(request(line: "GET /\u{e9}?\u{20ac}=%zz&a+b HTTP/1.1"))
        #expect(request.target == "/%C3%A9?%E2%82%AC=%zz&a+b")
        #expect(request.rawPath == "/%C3%A9")
        #expect(request.rawQuery == "%E2%82%AC=%zz&a+b")
        #expect(request.query.map(\.name) == ["\u{20ac}", "a b"])
    }

    /// RFC 9110 section 7.4.
    @Test(arguments: [
        ("https://b/", "http", RequestFault.secureTarget), ("HTTPS://b", "http", .secureTarget),
        ("https://b/", "https", nil), ("http://b/", "https", nil), ("/", "http", nil),
    ])
    func wantsTLSForTargetsThatSaySo(_ target: String, scheme: String, fault: RequestFault?) throws
    {
        let request = try Self.make(request(line: "GET \(target) HTTP/1.1"))
        request.storage.isSecure = scheme == "https"
        var found: RequestFault?
        do throws(RequestFault) { try request.storage.checkScheme() } catch { found = error }
        #expect(found == fault)
    }

    @Test(arguments: [
        ("OPTIONS *", "*"), ("OPTIONS http://b", "*"), ("OPTIONS http://b/", "/"),
        ("OPTIONS http://b?x", "/"), ("CONNECT b:80", ""),
    ])
    func hasPathInEveryForm(_ start: String, path: String) throws {
        let request = try Self.make(request(line: "\(start) HTTP/1.1"))
        #expect(request.path == path)
        #expect(request.rawPath == path)
    }

    @Test(arguments: [
        ("/", nil, []),
        ("/?", "", []),
        ("/?a", "a", ["a="]),
        ("/?a=", "a=", ["a="]),
        ("/?a=b", "a=b", ["a=b"]),
        ("/?a=b=c", "a=b=c", ["a=b=c"]),
        ("/?=b", "=b", ["=b"]),
        ("/?b=1&a=2&b=3", "b=1&a=2&b=3", ["b=1", "a=2", "b=3"]),
        ("/?a=1&&b=2&", "a=1&&b=2&", ["a=1", "b=2"]),
        ("/?a+b=c+d", "a+b=c+d", ["a b=c d"]),
        ("/?a=%2B%26%3D", "a=%2B%26%3D", ["a=+&="]),
        ("/?%61=%C3%A9", "%61=%C3%A9", ["a=\u{e9}"]),
        ("/?a=100%", "a=100%", ["a=100%"]),
        ("/?a=%zz%4", "a=%zz%4", ["a=%zz%4"]),
        ("/?a=%ff", "a=%ff", ["a=\u{fffd}"]),
        ("/?a=%00", "a=%00", ["a=\u{0}"]),
        ("/?a;b", "a;b", ["a;b="]),
        ("/?a?b", "a?b", ["a?b="]),
    ])
    func readsQuery(_ target: String, rawQuery: String?, pairs: [String]) throws {
        let request = try Self.make(request(line: "GET \(target) HTTP/1.1"))
        #expect(request.rawQuery == rawQuery)
        #expect(request.query.map { "\($0.name)=\($0.value)" } == pairs)
    }

    @Test func readsRequestLine() throws {
        let request = try Self.make(request(line: "PATCH http://b:1/x HTTP/1.1"))
        #expect(request.method == .patch)
        #expect(request.authority == "b:1")
        #expect(request.version.description == "HTTP/1.1")
        #expect(request.scheme == "http")
        #expect(request.remoteAddress.description == "127.0.0.1:1")
        #expect(request[.host] == "a")
        #expect(request.body.trailers.isEmpty)
    }

    @Test func findsEachFieldThatItHasAndNoOther() throws {
        for round in 0..<500 {
            var generator = RequestGenerator(seed: Seed.current &+ UInt64(round))
            let made = generator.makeRequest()
            let request = try Self.make(made.bytes, headerMap: .keep)
            let sent = made.fields.map { $0.name.uppercased() }
            for name in Set(sent + ["Referer", "Range", "X"].map { $0.uppercased() }) {
                let value = request[try #require(HTTPField.Name(name))]
                #expect(
                    (value != nil) == sent.contains(name),
                    "\(name), round \(round), \(Seed.note)"
                )
            }
        }
    }

    @Test func looksUpFields() throws {
        let text = request("ACCEPT: a", "Cookie: x=1", "accept: b", "Cookie: y=2", "Empty:")
        let request = try Self.make(text)
        #expect(request[.accept] == "a, b")
        #expect(request[.cookie] == "x=1; y=2")
        #expect(request[try #require(HTTPField.Name("EMPTY"))]?.isEmpty == true)
        #expect(request[.vary] == nil)
        #expect(
            request.fields.map(\.name.rawName) == [
                "Host", "ACCEPT", "Cookie", "accept", "Cookie", "Empty",
            ]
        )
        for field in request.fields { #expect(request[field.name] == request.fields[field.name]) }
    }

    @Test(arguments: [(HeaderMap.drop, false), (.keep, true)])
    func mapsUnderscores(_ headerMap: HeaderMap, isSeen: Bool) throws {
        let request = try Self.make(request("X_Y: 1"), headerMap: headerMap)
        let name = try #require(HTTPField.Name("X_Y"))
        #expect((request[name] == "1") == isSeen)
        #expect(request.fields.contains(name) == isSeen)
    }

    @Test func readsOtherEncodingsAsLatin1() throws {
        let storage = RequestStorage(capacity: 64)
        let bytes = Array("GET / HTTP/1.0\r\nServer: caf".utf8) + [0xe9] + Array("\r\n\r\n".utf8)
        storage.bytes.append(bytes.span)
        var parser = RequestHeadParser(limits: RequestLimits())
        #expect(try parser.parse(bytes.span, into: &storage.head))
        #expect(Request(storage, body: .empty)[.server] == "caf\u{e9}")
    }
}
