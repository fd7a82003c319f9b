import Testing

@testable import ForktailHTTP

/// RFC 9110 section 12.4: elements with weights.
struct PreferenceTests {
    @Test(
        arguments: [
            ("", []),
            ("gzip", ["gzip 1000"]),
            ("da, en-gb;q=0.8, en;q=0.7", ["da 1000", "en-gb 800", "en 700"]),
            ("a;q=1, b;q=1., c;q=1.0, d;q=1.000", ["a 1000", "b 1000", "c 1000", "d 1000"]),
            ("a;q=0, b;q=0., c;q=0.000, d;q=0.001", ["a 0", "b 0", "c 0", "d 1"]),
            ("a;q=0.1, b;q=0.12, c;q=0.123", ["a 100", "b 120", "c 123"]),
            ("a;Q=0.5, b ; q=0.5, c; q=0.5", ["a 500", "b 500", "c 500"]),
            ("*/*;q=0.1, text/*", ["*/* 100", "text/* 1000"]),
            ("text/html;level=1;q=0.4, a/b;q=0.3;x=y", ["text/html;level=1 400", "a/b;x=y 300"]),
            ("a/b;x=\"1, 2;q=0\";q=0.5, c", ["a/b;x=1, 2;q=0 500", "c 1000"]),
            (" , a ,, b,", ["a 1000", "b 1000"]),
            // malformed elements are left out
            ("a;q=2, b", ["b 1000"]),
            ("a;q=1.1, b;q=0.1234, c;q=.5, d;q=, e;q=-1, f;q=1,5", ["f 1000", "5 1000"]),
            ("a;q=1.001, b;q=00, c;q=0.x, d;q, e f, g;=1, /, h/, /i", []),
            ("a;q=\"0.5", []),
        ] as [(String, [String])]
    )
    func readsElements(_ text: String, elements: [String]) throws {
        let request = try Request(fields: [.accept: text])
        let preferences = try #require(request.preferences(in: .accept))
        #expect(preferences.map(Self.describe) == elements)
        #expect(try Request().preferences(in: .accept) == nil)
    }

    private static func describe(_ preference: Preference) -> String {
        let parameters = preference.parameters.map { ";\($0.name)=\($0.value)" }.joined()
        return "\(preference.value)\(parameters) \(preference.weight)"
    }

    @Test func joinsFields() throws {
        let request = try Request(fields: [.te: "a", .te: "b;q=0.5"])
        #expect(request.preferences(in: .te)?.map(\.weight) == [1000, 500])
    }
}
