import Testing

extension ProcessTests {
    /// Which representation is sent, and what is said of it.
    @Suite struct FileChoiceTests {
        private static let codings = "precompressed = [\"br\", \"zstd\", \"gzip\"]"

        private static func makeSite() throws -> FileSite {
            let site = try FileSite()
            for (name, text) in [
                ("a.css", "plain"), ("a.css.br", "brotli"), ("a.css.gz", "gzipped"),
                ("b.css", "alone"), ("c.css.gz", "orphan"), ("index.html", "index"),
                ("index.html.zst", "zstandard"),
            ] {
                try site.write(text, to: name)
            }
            return site
        }

        private typealias Case = (
            path: String, accept: String?, body: String, coding: String?, varies: Bool
        )

        private static let cases: [Case] = [
            ("/a.css", nil, "plain", nil, true),
            ("/a.css", "", "plain", nil, true),
            ("/a.css", "gzip", "gzipped", "gzip", true),
            ("/a.css", "x-gzip", "gzipped", "gzip", true),
            ("/a.css", "gzip, deflate, br, zstd", "brotli", "br", true),
            ("/a.css", "gzip, br;q=0.5", "gzipped", "gzip", true),
            ("/a.css", "br;q=0, *;q=0.1", "gzipped", "gzip", true),
            ("/a.css", "zstd", "plain", nil, true),
            ("/a.css", "gzip;q=0", "plain", nil, true),
            ("/a.css", "identity, gzip;q=0.9", "plain", nil, true),
            ("/a.css", "identity;q=0, deflate", "plain", nil, true),
            ("/a.css.gz", "gzip", "gzipped", nil, false),
            ("/b.css", "gzip, br", "alone", nil, false),
            ("/", "zstd", "zstandard", "zstd", true),
        ]

        @Test func sendsWhatTheClientDecodes() throws {
            try Self.makeSite().serve(Self.codings) { server in
                for example in Self.cases {
                    let fields: KeyValuePairs<String, String> =
                        example.accept.map { ["Accept-Encoding": $0] } ?? [:]
                    let reply = try server.ask(example.path, fields)
                    #expect(reply.status == 200)
                    #expect(reply.text == example.body, "\(example)")
                    #expect(reply["Content-Encoding"] == example.coding, "\(example)")
                    #expect((reply["Vary"] == "Accept-Encoding") == example.varies, "\(example)")
                }
                try #expect(server.ask("/c.css", ["Accept-Encoding": "gzip"]).status == 404)
            }
        }

        /// RFC 9110 section 8.8.3.3: each coding has a tag of its own; the type is the original's.
        @Test func tellsRepresentationsApart() throws {
            try Self.makeSite().serve(Self.codings) { server in
                let accept = ["", "gzip", "br"]
                let replies = try accept.map { try server.ask("/a.css", ["Accept-Encoding": $0]) }
                let tags = replies.compactMap { $0["ETag"] }
                #expect(Set(tags).count == 3)
                for (coding, reply) in zip(accept, replies) {
                    #expect(reply["Content-Type"] == "text/css; charset=utf-8")
                    for tag in tags {
                        let again = try server.ask(
                            "/a.css",
                            ["Accept-Encoding": coding, "If-None-Match": tag]
                        )
                        #expect(again.status == (tag == reply["ETag"] ? 304 : 200))
                        #expect(again["Vary"] == "Accept-Encoding")
                    }
                }
                let part = try server.ask(
                    "/a.css",
                    ["Accept-Encoding": "gzip", "Range": "bytes=0-3"]
                )
                #expect(part.text == "gzip")
                #expect(part["Content-Range"] == "bytes 0-3/7")
            }
        }

        @Test func sendsOriginalsUnlessToldOtherwise() throws {
            try Self.makeSite().serve { server in
                let reply = try server.ask("/a.css", ["Accept-Encoding": "gzip, br"])
                #expect(reply.text == "plain")
                #expect(reply["Vary"] == nil)
                #expect(reply["Content-Encoding"] == nil)
                let coded = try server.ask("/a.css.gz")
                #expect(coded["Content-Type"] == "application/gzip")
            }
        }

        /// SVG that is compressed already has its coding in its name, and no other file beside it.
        @Test func sendsCompressedSVGAsSVG() throws {
            let site = try FileSite()
            for name in ["a.svgz", "a.svgz.gz"] { try site.write(name, to: name) }
            try site.serve(Self.codings) { server in
                for accept in ["", "gzip"] {
                    let reply = try server.ask("/a.svgz", ["Accept-Encoding": accept])
                    #expect(reply.text == "a.svgz")
                    #expect(reply["Content-Type"] == "image/svg+xml")
                    #expect(reply["Content-Encoding"] == "gzip")
                }
            }
        }

        @Test func saysHowLongFilesAreToBeKept() throws {
            let site = try Self.makeSite()
            site.makeDirectory("assets")
            try site.write("x", to: "assets/x.css")
            let rules = """
                cache_control = { "/assets/*" = "max-age=9, immutable", "*.css" = "max-age=5" }
                """
            try site.serve(rules) { server in
                for (path, value) in [
                    ("/assets/x.css", "max-age=9, immutable"), ("/a.css", "max-age=5"),
                    ("/a.css.gz", nil), ("/", nil), ("/missing.css", nil), ("/assets", nil),
                ] {
                    try #expect(server.ask(path)["Cache-Control"] == value, "\(path)")
                }
            }
        }

        @Test func takesTypesFromAFile() throws {
            let site = try Self.makeSite()
            try site.directory.write("text/x-style css\nmade/up zst\n", to: "types")
            try site.serve("mime_types = \"types\"\ncharset = \"koi8-r\"") { server in
                for (path, type) in [
                    ("/a.css", "text/x-style; charset=koi8-r"), ("/index.html.zst", "made/up"),
                    ("/", "text/html; charset=koi8-r"), ("/a.css.br", "application/octet-stream"),
                ] {
                    try #expect(server.ask(path)["Content-Type"] == type, "\(path)")
                }
            }
            try site.serve("mime_types = \"\"\ncharset = \"\"") { server in
                try #expect(server.ask("/a.css")["Content-Type"] == "text/css")
            }
        }
    }
}
