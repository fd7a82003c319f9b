import Testing

@testable import ForktailConfiguration

/// Patterns of paths.
@Suite struct PathPatternTests {
    @Test(arguments: [
        ("*", "/", true), ("*", "/a/b.css", true), ("*.css", "/a/b.css", true),
        ("*.css", "/a/b.css.map", false), ("*.css", "/.css", true), ("*.css", "/css", false),
        ("/assets/*", "/assets/a/b", true), ("/assets/*", "/assets/", true),
        ("/assets/*", "/assets", false), ("/assets/*", "/x/assets/a", false),
        ("*/assets/*", "/x/assets/a", true), ("/index.html", "/index.html", true),
        ("/index.html", "/index.htm", false), ("/index.html", "/a/index.html", false),
        ("/a*c*e", "/abcde", true), ("/a*c*e", "/abcd", false), ("/a*c*e", "/acecee", true),
        ("/a**", "/a", true), ("/*.*", "/a.b", true), ("/*.*", "/ab", false),
        ("*-????.js", "/a-1234.js", false), ("*é*", "/caf\u{e9}", true), ("/A", "/a", false),
    ])
    func comparesPaths(_ text: String, _ path: String, _ matches: Bool) throws {
        let pattern = try #require(PathPattern(text))
        #expect(pattern.matches(path) == matches)
        #expect(pattern.description == text)
    }

    @Test(arguments: ["", "a", ".css", "a/*", "?*"])
    func beginsWithAStarOrASlash(_ text: String) {
        #expect(PathPattern(text) == nil)
    }

    /// It would take for ever if every star were tried at every place.
    @Test func staysQuick() throws {
        let pattern = try #require(PathPattern(String(repeating: "*a", count: 200) + "*b"))
        let path = "/" + String(repeating: "a", count: 4000)
        #expect(!pattern.matches(path))
    }
}
