import Testing

@testable import ForktailHTTP

/// RFC 9112 section 3.2 and RFC 3986 section 3.2: the host of a request.
struct HostTests {
    static let valid = [
        "a", "example.com", "EXAMPLE.com", "example.com:80", "example.com:", "example.com:65535",
        "example.com.", "a-b.c_d~e", "127.0.0.1", "127.0.0.1:8000", "999.1.1.1", "%41b", "a%2eb",
        "!$&'()*+,;=", "[::]", "[::1]", "[::1]:80", "[1::]", "[2001:db8::1]:443",
        "[1:2:3:4:5:6:7:8]", "[::2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[1::3:4:5:6:7:8]",
        "[::ffff:192.0.2.1]", "[1:2:3:4:5:6:1.2.3.4]", "[ABCD:ef01::]", "[v1.a:b]", "[vF.x]",
    ]

    static let malformed = [
        "", ":", ":80", "a:b", "a:80:90", "a:65536", "a:99999999999999999999", "a:-1", "a:+1",
        "a b", "a/b", "a?b", "a#b", "u@a", "a\\b", "a\"b", "<a>", "a%", "a%4", "a%zz", "a|b", "a^b",
        "[", "]", "[]", "[]:80", "[::1", "::1", "[::1]80", "[::1]:x", "[:]", "[:::]", "[1]",
        "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[12345::]", "[g::]", "[::1:]",
        "[1:2:3:4:5:6:7:8::]", "[::1:2:3:4:5:6:7:8]", "[:1::2]", "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::1.2.3]", "[::1.2.3.4.5]", "[::256.1.1.1]", "[::01.1.1.1]", "[::1.2.3.4:1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]", "[v.a]", "[v1.]", "[v1]", "[vg.a]", "[v1.a@]", "a, b", "caf\u{e9}",
    ]

    @Test(arguments: valid)
    func acceptsHost(_ host: String) throws {
        let head = try #require(outcome(of: request(host: host)).head)
        #expect(head.authority == host)
    }

    @Test(arguments: malformed)
    func refusesHost(_ host: String) {
        #expect(outcome(of: request(host: host)) == .refused(.malformedHost))
    }

    @Test(arguments: malformed)
    func refusesMalformedHostBesideAbsoluteTarget(_ host: String) {
        let text = request(line: "GET http://b/ HTTP/1.1", host: host)
        #expect(outcome(of: text) == .refused(.malformedHost))
    }

    @Test(arguments: [
        (request(host: nil), RequestFault.missingHost),
        (request(line: "GET / HTTP/1.2", host: nil), .missingHost),
        (request(line: "GET http://b/ HTTP/1.1", host: nil), .missingHost),
        (request("Host: a"), .repeatedHost),
        (request("hOST: b"), .repeatedHost),
        (request("Host: b", line: "GET / HTTP/1.0"), .repeatedHost),
    ])
    func refusesWrongNumberOfHosts(_ text: String, fault: RequestFault) {
        #expect(outcome(of: text) == .refused(fault))
    }

    @Test func needsNoHostInHTTP10() throws {
        let head = try #require(outcome(of: request(line: "GET / HTTP/1.0", host: nil)).head)
        #expect(head.authority == nil)
    }
}
