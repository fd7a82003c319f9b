import Testing

@testable import ForktailHTTP

/// RFC 9110 section 8.8.3: entity tags.
struct EntityTagTests {
    @Test(arguments: [
        ("\"xyzzy\"", "xyzzy", false), ("W/\"xyzzy\"", "xyzzy", true), ("\"\"", "", false),
        ("\"!#~\\\"", "!#~\\", false), ("\"\u{e9}\"", "\u{e9}", false),
    ])
    func reads(_ text: String, opaque: String, isWeak: Bool) throws {
        let tag = try #require(EntityTag(field: text))
        #expect(tag.opaque == opaque)
        #expect(tag.isWeak == isWeak)
        #expect(tag.description == text)
    }

    @Test(arguments: [
        "", "\"", "xyzzy", "W/", "w/\"a\"", "W/\"", "W/a", "W/ \"a\"", "\"a", "a\"", "\"a\"b\"",
        "\"a b\"", "\"a\tb\"", "\"a\u{7f}\"", "'a'",
    ])
    func refuses(_ text: String) {
        #expect(EntityTag(field: text) == nil)
    }

    @Test(arguments: [("a", true), ("", true), ("a\\b", true), ("a b", false), ("\u{e9}", false)])
    func checksConstruction(_ opaque: String, isValid: Bool) {
        #expect((EntityTag(opaque) != nil) == isValid)
    }

    @Test(arguments: [
        // the table of section 8.8.3.2
        ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
        ("W/\"1\"", "\"1\"", false, true), ("\"1\"", "\"1\"", true, true),
        ("\"1\"", "W/\"1\"", false, true), ("\"1\"", "\"2\"", false, false),
    ])
    func compares(_ one: String, _ other: String, strongly: Bool, weakly: Bool) throws {
        let one = try #require(EntityTag(field: one))
        let other = try #require(EntityTag(field: other))
        #expect(one.stronglyMatches(other) == strongly)
        #expect(one.weaklyMatches(other) == weakly)
    }

    @Test(arguments: [
        // section 13.1.1
        ("\"xyzzy\"", ["\"xyzzy\""]),
        ("\"xyzzy\", \"r2d2xxxx\", \"c3piozzzz\"", ["\"xyzzy\"", "\"r2d2xxxx\"", "\"c3piozzzz\""]),
        ("W/\"a\",\"b\"", ["W/\"a\"", "\"b\""]),
        (" , \"a\" ,, \"b\",", ["\"a\"", "\"b\""]),
        ("\"a,b\", \"c\"", ["\"a,b\"", "\"c\""]),
        ("\"a\\\", \"b\"", ["\"a\\\"", "\"b\""]),
        ("a, \"b\"", ["\"b\""]),
        ("*, \"b\"", ["\"b\""]),
        ("", []), ("**", []), ("\"a", []),
    ])
    func readsLists(_ text: String, tags: [String]) {
        #expect(EntityTagCondition(text) == .tags(tags.compactMap { EntityTag(field: $0) }))
    }

    @Test func readsAsterisk() {
        #expect(EntityTagCondition("*") == .any)
    }
}
