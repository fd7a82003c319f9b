import Testing

@testable import ForktailHTTP

/// RFC 9110 section 12.5: what suits the client best.
struct NegotiationTests {
    static func preferences(_ text: String?) throws -> [Preference]? {
        guard let text else { return nil }
        return try Request(fields: [.accept: text]).preferences(in: .accept)
    }

    typealias Case = (accept: String?, offers: [String], best: String?)

    static let specific =
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, "
        + "*/*;q=0.5"

    static let mediaTypes: [Case] = [
        (nil, ["a/b", "c/d"], "a/b"),
        ("", ["a/b", "c/d"], "a/b"),
        ("nonsense;q=x", ["a/b", "c/d"], "a/b"),
        ("*/*", ["a/b", "c/d"], "a/b"),
        // section 12.5.1
        ("audio/*; q=0.2, audio/basic", ["audio/mpeg", "audio/basic"], "audio/basic"),
        ("audio/*; q=0.2, audio/basic", ["audio/mpeg"], "audio/mpeg"),
        (
            "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c",
            ["text/plain", "text/x-dvi", "text/x-c"], "text/x-c"
        ),
        (
            "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c",
            ["text/plain", "text/x-dvi"], "text/x-dvi"
        ),
        ("text/plain; q=0.5, text/html", ["image/png"], nil),
        (specific, ["text/plain;format=flowed", "text/plain"], "text/plain;format=flowed"),
        (specific, ["text/html", "text/plain"], "text/plain"),
        (specific, ["text/html", "image/jpeg"], "image/jpeg"),
        (specific, ["text/plain;format=fixed", "text/html"], "text/plain;format=fixed"),
        (specific, ["text/html;level=3", "text/plain;format=fixed"], "text/plain;format=fixed"),
        // q=0 takes out, the more specific range decides
        ("text/*, text/html;q=0", ["text/html", "text/css"], "text/css"),
        ("text/html;q=0", ["text/html"], nil),
        ("*/*;q=0, text/html", ["a/b", "text/html"], "text/html"),
        ("text/*;q=0, text/html;q=0.1", ["text/css", "text/html"], "text/html"),
        // letter case, ties, ranges that are none
        ("TEXT/html", ["text/HTML"], "text/HTML"),
        ("a/b;q=0.5, c/d;q=0.5", ["c/d", "a/b"], "c/d"),
        ("*/html, gzip", ["text/html"], nil),
        ("*/*", ["none"], nil),
        ("text/html", [], nil),
        // what browsers send
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            ["application/json", "text/html"], "text/html"
        ),
    ]

    @Test(arguments: mediaTypes)
    func picksMediaType(_ accept: String?, offers: [String], best: String?) throws {
        let negotiation = Negotiation(try Self.preferences(accept))
        #expect(negotiation.mediaType(among: offers) == best)
    }

    static let encodings: [Case] = [
        (nil, ["gzip", "identity"], "identity"),
        (nil, ["br", "gzip"], "br"),
        // section 12.5.3
        ("", ["gzip", "identity"], "identity"),
        ("", ["gzip"], nil),
        ("compress, gzip", ["gzip", "identity"], "gzip"),
        ("*", ["gzip", "identity"], "gzip"),
        ("compress;q=0.5, gzip;q=1.0", ["compress", "gzip"], "gzip"),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", ["identity", "gzip"], "gzip"),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", ["br"], nil),
        ("identity;q=0", ["identity"], nil),
        ("*;q=0", ["identity"], nil),
        ("*;q=0, identity", ["identity"], "identity"),
        ("br", ["gzip", "identity"], "identity"),
        ("gzip;q=0.001", ["identity", "gzip"], "gzip"),
        ("gzip;q=0", ["gzip", "identity"], "identity"),
        ("identity;q=0.5, gzip;q=0.4", ["gzip", "identity"], "identity"),
        // section 8.4.1.3
        ("x-gzip", ["gzip"], "gzip"),
        ("GZIP", ["x-gzip"], "x-gzip"),
        ("x-compress", ["compress"], "compress"),
        ("gzip, deflate, br, zstd", ["zstd", "br", "gzip", "identity"], "zstd"),
    ]

    @Test(arguments: encodings)
    func picksEncoding(_ accept: String?, offers: [String], best: String?) throws {
        let negotiation = Negotiation(try Self.preferences(accept))
        #expect(negotiation.encoding(among: offers) == best)
    }

    static let languages: [Case] = [
        (nil, ["en", "de"], "en"),
        ("", ["en", "de"], "en"),
        // section 12.5.4
        ("da, en-gb;q=0.8, en;q=0.7", ["en", "da"], "da"),
        ("da, en-gb;q=0.8, en;q=0.7", ["en-US", "en-GB"], "en-GB"),
        ("da, en-gb;q=0.8, en;q=0.7", ["en-US", "fr"], "en-US"),
        ("da, en-gb;q=0.8, en;q=0.7", ["fr"], nil),
        ("*", ["en", "de"], "en"),
        ("de, *;q=0.5", ["en", "de"], "de"),
        ("de-CH;q=0, *", ["de-CH", "en"], "en"),
        ("en, *;q=0", ["de"], nil),
        // RFC 4647 section 3.3.1
        ("de-de", ["de", "de-DE-1996"], "de-DE-1996"),
        ("de", ["den", "de-Latn"], "de-Latn"),
        ("de-DE", ["de-Deva"], nil),
        // RFC 4647 section 3.4
        ("zh-Hant-CN-x-private1", ["en", "zh-Hant"], "zh-Hant"),
        ("zh-Hant-CN-x-private1", ["en", "zh"], "zh"),
        ("de-CH;q=0.5, fr-CH;q=0.9", ["de", "fr"], "fr"),
        ("de-CH;q=0", ["de"], nil),
        ("de;q=0, de-CH", ["de"], nil),
        ("DE-ch", ["De"], "De"),
    ]

    @Test(arguments: languages)
    func picksLanguage(_ accept: String?, offers: [String], best: String?) throws {
        let negotiation = Negotiation(try Self.preferences(accept))
        #expect(negotiation.language(among: offers) == best)
    }

    @Test func looksAtTheRightFields() throws {
        let request = try Request(fields: [
            .accept: "a/b", .acceptEncoding: "gzip", .acceptLanguage: "de",
        ])
        #expect(request.preferredMediaType(among: ["c/d", "a/b"]) == "a/b")
        #expect(request.preferredEncoding(among: ["identity", "gzip"]) == "gzip")
        #expect(request.preferredLanguage(among: ["en", "de"]) == "de")
    }
}
