import Testing

@testable import ForktailHTTP

/// RFC 9110 sections 8.3.1 and 5.6.6: media types and their parameters.
struct MediaTypeTests {
    @Test(
        arguments: [
            ("text/html", "text/html", []),
            ("text/html;charset=utf-8", "text/html", ["charset=utf-8"]),
            ("Text/HTML;Charset=\"utf-8\"", "text/html", ["charset=utf-8"]),
            ("text/html; charset=\"utf-8\"", "text/html", ["charset=utf-8"]),
            ("text/html;charset=UTF-8", "text/html", ["charset=UTF-8"]),
            ("text/html \t;\t charset=utf-8", "text/html", ["charset=utf-8"]),
            ("text/html;", "text/html", []),
            ("text/html ; ;; a=b ;", "text/html", ["a=b"]),
            ("text/html;a=b;A=c", "text/html", ["a=b", "a=c"]),
            ("text/html;a=\"\"", "text/html", ["a="]),
            ("text/html;a=\"x; y, z=\\\"1\\\\\"", "text/html", ["a=x; y, z=\"1\\"]),
            ("text/html;a=\"\t\u{e9}\"", "text/html", ["a=\t\u{e9}"]),
            (
                "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk",
                "multipart/form-data",
                ["boundary=----WebKitFormBoundary7MA4YWxk"]
            ),
            ("application/vnd.api+json", "application/vnd.api+json", []),
            ("!#$%&'*+-.^_`|~/0", "!#$%&'*+-.^_`|~/0", []),
        ] as [(String, String, [String])]
    )
    func reads(_ text: String, essence: String, parameters: [String]) throws {
        let type = try #require(MediaType(text))
        #expect(type.essence == essence)
        #expect(type.parameters.map { "\($0.name)=\($0.value)" } == parameters)
    }

    @Test(arguments: [
        "", "text", "text/", "/html", "text /html", "text/ html", " text/html", "text/html/x",
        "text/html charset=utf-8", "text/html; charset", "text/html; charset=",
        "text/html; charset =utf-8", "text/html; charset= utf-8", "text/html; =utf-8",
        "text/html; charset=\"utf-8", "text/html; charset=\"utf-8\"x", "text/html; a=\"\\",
        "text/html, text/plain", "text/html; a=b c", "t\u{e9}xt/html", "text/html; a=\u{e9}",
    ])
    func refuses(_ text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test func findsParameters() throws {
        let type = try #require(MediaType("text/html; charset=a; CHARSET=b; level=1"))
        #expect(type["Charset"] == "a")
        #expect(type["level"] == "1")
        #expect(type["q"] == nil)
    }

    @Test func belongsToARequest() throws {
        let request = try Request(fields: [.contentType: "text/CSV; header=present"])
        #expect(request.contentType?.essence == "text/csv")
        #expect(request.contentType?["header"] == "present")
        #expect(try Request().contentType == nil)
        let twice = try Request(fields: [.contentType: "text/csv", .contentType: "text/html"])
        #expect(twice.contentType == nil)
    }
}
