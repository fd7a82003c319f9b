@testable import ForktailHTTP

extension ForwardedTests {
    /// Fields of the peer 10.0.0.1, and the client behind it.
    static let clients: [([String], String)] = [
        ([], "10.0.0.1:99"),
        (["X-Forwarded-For:"], "10.0.0.1:99"),
        (["X-Forwarded-For: ,, ,"], "10.0.0.1:99"),
        (["Forwarded:"], "10.0.0.1:99"),
        (["Forwarded: , ;, ;;"], "10.0.0.1:99"),
        (["Forwarded: by=10.0.0.1"], "10.0.0.1:99"),
        (["X_Forwarded_For: 9.9.9.9"], "10.0.0.1:99"),
        (["X-Real-IP: 9.9.9.9"], "10.0.0.1:99"),
        (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (["x-forwarded-for: 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1:4711"], "192.0.2.1:4711"),
        (["X-Forwarded-For: 192.0.2.1:0"], "192.0.2.1"),
        (["X-Forwarded-For: 2001:db8::1"], "2001:db8::1"),
        (["X-Forwarded-For: [2001:db8::1]"], "2001:db8::1"),
        (["X-Forwarded-For: [2001:db8::1]:4711"], "[2001:db8::1]:4711"),
        (["X-Forwarded-For: ::ffff:192.0.2.1"], "::ffff:192.0.2.1"),
        // the first from the right that is no proxy
        (["X-Forwarded-For: 6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6,192.0.2.1,"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.0.0.3, 10.0.0.2"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6, 10.0.0.9, 192.0.2.1, fd00::1"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1, unix:"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1", "Accept: x", "X-Forwarded-For: 10.0.0.2"], "192.0.2.1"),
        (["X-Forwarded-For: garbage, 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: \"x, 192.0.2.1"], "192.0.2.1"),
        // none but proxies: the outermost
        (["X-Forwarded-For: 10.0.0.3"], "10.0.0.3"),
        (["X-Forwarded-For: 10.0.0.4:7, 10.0.0.3"], "10.0.0.4:7"),
        (["X-Forwarded-For: unix:"], "unix"),
        // a proxy that doesn't say: the proxy itself
        (["X-Forwarded-For: unknown"], "10.0.0.1:99"),
        (["X-Forwarded-For: 6.6.6.6, unknown"], "10.0.0.1:99"),
        (["X-Forwarded-For: 6.6.6.6, _x, 10.0.0.2"], "10.0.0.2"),
        // RFC 7239 section 4
        (["Forwarded: for=\"_gazonk\""], "10.0.0.1:99"),
        (["Forwarded: For=\"[2001:db8:cafe::17]:4711\""], "[2001:db8:cafe::17]:4711"),
        (["Forwarded: for=192.0.2.43, for=198.51.100.17"], "198.51.100.17"),
        (["Forwarded: for=192.0.2.60;proto=http;by=203.0.113.43"], "192.0.2.60"),
        // section 6
        (["Forwarded: for=192.0.2.43:47011"], "192.0.2.43:47011"),
        (["Forwarded: for=\"192.0.2.43:47011\""], "192.0.2.43:47011"),
        (["Forwarded: for=\"[2001:db8:cafe::17]:_obf.us-c4\""], "2001:db8:cafe::17"),
        (["Forwarded: for=\"192.0.2.43:_p\""], "192.0.2.43"),
        (["Forwarded: for=unknown"], "10.0.0.1:99"),
        (["Forwarded: for=UNKNOWN"], "10.0.0.1:99"),
        (["Forwarded: for=\"unknown:80\""], "10.0.0.1:99"),
        (["Forwarded: for=_hidden, for=_SEVKISEK"], "10.0.0.1:99"),
        (["Forwarded: for=6.6.6.6, for=_hidden, for=10.0.0.2"], "10.0.0.2"),
        // section 7.1
        (
            ["Forwarded: for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=10.0.0.2"],
            "2001:db8:cafe::17"
        ),
        (["Forwarded: for=192.0.2.43", "Forwarded: for=198.51.100.17"], "198.51.100.17"),
        (["Forwarded: for=192.0.2.43", "Forwarded: for=10.1.1.1"], "192.0.2.43"),
        // letters, blanks, empty elements and parameters
        (["FORWARDED: FOR=192.0.2.1"], "192.0.2.1"),
        (["Forwarded: for=192.0.2.1 ; by=x , for=10.0.0.2"], "192.0.2.1"),
        (["Forwarded:\tfor=192.0.2.1\t;\tby=x"], "192.0.2.1"),
        (["Forwarded: ;for=192.0.2.1;"], "192.0.2.1"),
        (["Forwarded: for=192.0.2.1,,"], "192.0.2.1"),
        (["Forwarded: for=\"1\\92.0.2.1\""], "192.0.2.1"),
        (["Forwarded: secret=\"a,b;for=6.6.6.6\\\"\";for=192.0.2.1"], "192.0.2.1"),
        (["Forwarded: ext=\"\";for=192.0.2.1"], "192.0.2.1"),
        (["Forwarded: for=[2001:db8::1]"], "2001:db8::1"),
        // an element without `for`: that proxy doesn't say
        (["Forwarded: for=6.6.6.6, by=10.0.0.1"], "10.0.0.1:99"),
        (["Forwarded: for=6.6.6.6, by=x, for=10.0.0.2"], "10.0.0.2"),
        // both notations
        (["Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6, 192.0.2.1", "Forwarded: for=192.0.2.1"], "192.0.2.1"),
        (["Forwarded: for=\"192.0.2.1:5\"", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1:5"),
        (["Forwarded: by=x", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
    ]

    static let schemes: [([String], String)] = [
        (["X-Forwarded-Proto: https"], "https"),
        (["X-Forwarded-Proto: HTTPS"], "https"),
        (["X-Forwarded-Proto: http"], "http"),
        (["X-Forwarded-Proto: wss"], "https"),
        (["X-Forwarded-Proto: ws"], "http"),
        (["X-Forwarded-Proto:"], "http"),
        (["X-Forwarded-Proto: https, http"], "http"),
        (["X-Forwarded-Proto: http", "X-Forwarded-Proto: https"], "https"),
        (["X-Forwarded-Proto: gopher, https"], "https"),
        (["X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https"], "https"),
        (["X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https, http"], "http"),
        (["X-Forwarded-For: 1.1.1.1, 10.0.0.2", "X-Forwarded-Proto: https, http"], "https"),
        (["X-Forwarded-For: 1.1.1.1, 10.0.0.2", "X-Forwarded-Proto: https"], "https"),
        (["X-Forwarded-For: 6.6.6.6, 1.1.1.1", "X-Forwarded-Proto: http, https"], "https"),
        (["X-Forwarded-For: unknown", "X-Forwarded-Proto: https"], "https"),
        (["Forwarded: proto=https"], "https"),
        (["Forwarded: PROTO=HTTPS"], "https"),
        (["Forwarded: proto=\"https\""], "https"),
        (["Forwarded: for=1.1.1.1;proto=https"], "https"),
        (["Forwarded: for=1.1.1.1;proto=https, for=10.0.0.2;proto=http"], "https"),
        (["Forwarded: for=1.1.1.1;proto=https, for=10.0.0.2"], "https"),
        (["Forwarded: for=1.1.1.1, for=10.0.0.2;proto=https"], "http"),
        (["Forwarded: proto=https, for=1.1.1.1"], "http"),
        (["Forwarded: proto=gopher, for=1.1.1.1;proto=https"], "https"),
        (["Forwarded: for=_x;proto=https"], "https"),
        (["Forwarded: proto=https", "X-Forwarded-Proto: https"], "https"),
        (["Forwarded: for=1.1.1.1", "X-Forwarded-Proto: https"], "https"),
    ]

    static let hosts: [([String], String?)] = [
        (["X-Forwarded-Host: shop.example"], "shop.example"),
        (["X-Forwarded-Host: shop.example:8443"], "shop.example:8443"),
        (["X-Forwarded-Host: [::1]:80"], "[::1]:80"),
        (["X-Forwarded-Host: a.example, b.example"], "b.example"),
        (["X-Forwarded-For: 1.1.1.1, 10.0.0.2", "X-Forwarded-Host: a, b"], "a"),
        (["X-Forwarded-Host:"], nil),
        (["Forwarded: host=shop.example"], "shop.example"),
        (["Forwarded: host=\"shop.example:8443\""], "shop.example:8443"),
        (["Forwarded: host=shop.example:8443"], "shop.example:8443"),
        (["Forwarded: for=1.1.1.1;host=a, for=10.0.0.2;host=b"], "a"),
        (["Forwarded: for=1.1.1.1"], nil),
        (["Forwarded: host=Shop.example", "X-Forwarded-Host: shop.example"], "Shop.example"),
    ]

    /// Values of Forwarded that are no list of parameters, or name nothing.
    static let malformed: [String] = [
        "for", "for=", "for=;by=x", "=x", "for =x", "for= x", "for=\"", "for=\"x", "for=\"x\\",
        "for=\"x\\\"", "for=\"1.1.1.1\"x", "for=1.1.1.1 by=x", "for=1.1.1.1;for=1.1.1.1",
        "for=1.1.1.1;FOR=1.1.1.1", "proto=http;proto=http", "host=a;host=a", "for=a b", "f(r=x",
        "for=x/y", "for=é", "\"for\"=1.1.1.1", "for=1.1.1.1;by", "for:1.1.1.1", "1.1.1.1", "for==x",
        "for=1.1.1", "for=1.1.1.256", "for=01.1.1.1", "for=1.1.1.1:", "for=1.1.1.1:65536",
        "for=1.1.1.1:123456", "for=1.1.1.1:x", "for=\"1.1.1.1:_\"", "for=\"1.1.1.1 \"",
        "for=\"[::1\"", "for=\"[::1]x\"", "for=\"[::1]:\"", "for=\"[::1]80\"", "for=\"[]\"",
        "for=\"[1.1.1.1]\"", "for=\"[::g]\"", "for=\"\"", "for=_", "for=\"_a b\"", "for=_é",
        "for=\"_a/b\"", "for=example.com", "for=unknownx", "for=[", "for=]", "for=:", "for=:80",
        "proto=gopher", "proto=\"\"", "proto=\"http \"", "host=\"\"", "host=\"a b\"",
        "host=\"a@b\"",
        "host=\"a:b\"", "host=\"a:65536\"", "host=\"[::1\"", "host=\"a/b\"",
    ]

    static let faults: [([String], RequestFault)] = [
        (["X-Forwarded-For: garbage"], .malformedXForwardedFor),
        (["X-Forwarded-For: 1.1.1.1, garbage"], .malformedXForwardedFor),
        (["X-Forwarded-For: 1.1.1.1, garbage, 10.0.0.2"], .malformedXForwardedFor),
        (["X-Forwarded-For: 1.1.1"], .malformedXForwardedFor),
        (["X-Forwarded-For: 1.1.1.1 2.2.2.2"], .malformedXForwardedFor),
        (["X-Forwarded-For: \"1.1.1.1\""], .malformedXForwardedFor),
        (["X-Forwarded-For: for=1.1.1.1"], .malformedXForwardedFor),
        (["X-Forwarded-For: 1.1.1.1:99999"], .malformedXForwardedFor),
        (["X-Forwarded-For: fe80::1%eth0"], .malformedXForwardedFor),
        (["X-Forwarded-For: unix:/x"], .malformedXForwardedFor),
        (["X-Forwarded-Proto: gopher"], .malformedXForwardedProto),
        (["X-Forwarded-Proto: https, h2"], .malformedXForwardedProto),
        (["X-Forwarded-Proto: https://"], .malformedXForwardedProto),
        (["X-Forwarded-Host: a b"], .malformedXForwardedHost),
        (["X-Forwarded-Host: http://a"], .malformedXForwardedHost),
        (["X-Forwarded-Host: a@b"], .malformedXForwardedHost),
        (["X-Forwarded-Host: a:99999"], .malformedXForwardedHost),
        (["Forwarded: for=1.1.1.1", "X-Forwarded-For: 2.2.2.2"], .contradictoryForwarded),
        (["X-Forwarded-For: 2.2.2.2", "Forwarded: for=_x"], .contradictoryForwarded),
        (["X-Forwarded-For: 1.1.1.1, 2.2.2.2", "Forwarded: for=1.1.1.1"], .contradictoryForwarded),
        (["Forwarded: proto=http", "X-Forwarded-Proto: https"], .contradictoryForwarded),
        (["Forwarded: proto=https", "X-Forwarded-Proto: http"], .contradictoryForwarded),
        (["Forwarded: host=a", "X-Forwarded-Host: b"], .contradictoryForwarded),
    ]

    /// Node identifiers of all kinds.
    static let nodes = [
        "1.1.1.1", "10.0.0.2", "10.0.0.3:80", "2001:db8::1", "[fd00::2]", "[fd00::2]:9", "unknown",
        "_x", "unix:", "garbage",
    ]
}
