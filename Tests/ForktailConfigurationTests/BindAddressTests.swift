import Testing

@testable import ForktailConfiguration

@Suite struct BindAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:8000", .tcp(host: "127.0.0.1", port: 8000), "127.0.0.1:8000"),
            ("localhost:0", .tcp(host: "localhost", port: 0), "localhost:0"),
            ("my-host.example:65535", .tcp(host: "my-host.example", port: 65_535), nil),
            (":80", .tcp(host: "0.0.0.0", port: 80), "0.0.0.0:80"),
            ("*:80", .tcp(host: "0.0.0.0", port: 80), "0.0.0.0:80"),
            ("[::]:80", .tcp(host: "::", port: 80), "[::]:80"),
            ("[::1]:8000", .tcp(host: "::1", port: 8000), nil),
            ("[2001:db8::1:2]:1", .tcp(host: "2001:db8::1:2", port: 1), nil),
            ("[1:2:3:4:5:6:7:8]:1", .tcp(host: "1:2:3:4:5:6:7:8", port: 1), nil),
            ("[1:2:3:4:5:6:7::]:1", .tcp(host: "1:2:3:4:5:6:7::", port: 1), nil),
            ("[fe80::1%eth0]:1", .tcp(host: "fe80::1%eth0", port: 1), nil),
            ("unix:/run/x.sock", .unix(path: "/run/x.sock"), nil),
            ("unix:/a:80", .unix(path: "/a:80"), nil),
        ] as [(String, BindAddress, String?)]
    )
    func readsAndWrites(_ text: String, _ address: BindAddress, _ description: String?) throws {
        #expect(try BindAddress(parsing: text) == address)
        #expect(address.description == description ?? text)
        #expect(try BindAddress(parsing: address.description) == address)
    }

    @Test(arguments: [
        "", "8000", "localhost", "localhost:", "localhost:http", "localhost:65536", "localhost:-1",
        "localhost:+1", "localhost:8 0", "::1:80", "[::1]", "[::1]80", "[]:80", "[:]:80",
        "[:::]:80", "[1::2::3]:80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80",
        "[1:2:3:4:5:6:7:8::]:80", "[12345::]:80", "[g::]:80", "[::1.2.3]:80", "[1.2.3.4::]:80",
        "[127.0.0.1]:80", "[localhost]:80", "[::1%]:80", "[::ffff:127.0.0.1]:80",
        "[::ffff:7f00:1]:80", "[::1%a/b]:80", "1.2.3:80", "1.2.3.4.5:80",
        "256.0.0.1:80", "01.2.3.4:80", "1.2.3.:80", "a b:80", "a/b:80", "tcp://a:80", "é:80",
        "unix:", "unix:x", "unix:/", "unix:/a\u{0}b", "\u{0}:80",
        "unix:/" + String(repeating: "x", count: 107),
    ])
    func refuses(_ text: String) {
        #expect(throws: SettingRefusal.self) { try BindAddress(parsing: text) }
    }

    @Test func acceptsTheLongestPath() throws {
        let path = "/" + String(repeating: "x", count: 106)
        #expect(try BindAddress(parsing: "unix:" + path) == .unix(path: path))
    }
}
