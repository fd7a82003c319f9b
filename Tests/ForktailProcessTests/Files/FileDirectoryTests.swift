import Glibc
import Testing

extension ProcessTests {
    /// Directories: their slash, their index, their list.
    @Suite struct FileDirectoryTests {
        private static func makeSite() throws -> FileSite {
            let site = try FileSite()
            site.makeDirectory("sub")
            site.makeDirectory("sub/b")
            site.makeDirectory("two")
            try site.write("b", to: "two/b.html")
            try site.write("c", to: "two/c.html")
            try site.write("within", to: "sub/file.txt")
            return site
        }

        @Test func sendsToThePathWithASlash() throws {
            let site = try Self.makeSite()
            site.makeDirectory("a b")
            try site.serve { server in
                for (target, location) in [
                    ("/sub", "/sub/"), ("/sub?", "/sub/?"), ("/sub?a=/b&c", "/sub/?a=/b&c"),
                    ("/a%20b?x=%20", "/a%20b/?x=%20"), ("//sub", "/sub/"), ("/./sub", "/./sub/"),
                    ("///sub?q", "/sub/?q"),
                ] {
                    let reply = try server.ask(target)
                    #expect(reply.status == 301, "\(target)")
                    #expect(reply["Location"] == location, "\(target)")
                }
                try #expect(server.ask("/sub/file.txt/").status == 404)
                try #expect(server.ask("/sub/").status == 404)
            }
        }

        @Test func answersWithTheFirstIndexThatIsThere() throws {
            let site = try Self.makeSite()
            try site.serve("index = [\"a.html\", \"b\", \"b.html\", \"c.html\"]") { server in
                try #expect(server.ask("/two/").text == "b")
                try site.write("a", to: "two/a.html")
                try wait(until: "the first index") { try server.ask("/two/").text == "a" }
                unlink(site.path("two/a.html"))
                try wait(until: "the second index") { try server.ask("/two/").text == "b" }
            }
            try site.serve("index = []") { server in
                try #expect(server.ask("/two/").status == 404)
            }
        }

        @Test func listsADirectory() throws {
            let site = try Self.makeSite()
            let evil = "<script>alert('1')</script>&amp;\"x%41?#"
            try site.write("", to: "sub/\(evil.replacing("/", with: "\u{2215}"))")
            try site.write(FileSite.bytes(1536), to: "sub/medium")
            try site.write("", to: "sub/.hidden")
            try site.write("", to: "sub/javascript:alert(1)")
            site.date("sub/medium", 1_000_000_000)
            site.link("sub/out", to: "/etc/hostname")
            site.link("sub/in", to: "file.txt")
            mkfifo(site.path("sub/fifo"), 0o644)
            try site.serve("listing = true\ncache_control = { \"/s*\" = \"no-cache\" }") { server in
                let reply = try server.ask("/sub/")
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == "text/html; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-cache")
                let page = reply.text
                #expect(page.contains("<title>Index of /sub/</title>"))
                #expect(!page.contains("<script"))
                #expect(
                    page.contains(
                        "<a href=\"%3Cscript%3Ealert%28%271%27%29%3C%E2%88%95script%3E%26amp%3B"
                            + "%22x%2541%3F%23\">&lt;script&gt;alert(&#39;1&#39;)&lt;\u{2215}script"
                            + "&gt;&amp;amp;&quot;x%41?#</a>"
                    )
                )
                #expect(page.contains("<a href=\"javascript%3Aalert%281%29\">"))
                #expect(page.contains("<td>1.5 KiB</td><td>2001-09-09 01:46</td>"))
                for name in [".hidden", "out", "fifo"] { #expect(!page.contains(">\(name)<")) }
                let names = ["../", "b/", "file.txt", "in", "medium"].map {
                    page.range(of: ">\($0)<")
                }
                let places = names.compactMap { $0?.lowerBound }
                #expect(places.count == 5)
                #expect(places == places.sorted())
                try #expect(server.ask("/sub/", method: "HEAD").status == 200)
                try #expect(server.ask("/missing/").status == 404)
                try #expect(!server.ask("/").text.contains("../"))
            }
        }

        /// Every link of a list leads to its file.
        @Test func listsWhatCanBeAskedFor() throws {
            let site = try Self.makeSite()
            let names = ["a b", "a%20b", "é", "e\u{301}", "100%", "#", "?", "a;b=c", "..x", "\\"]
            for name in names where name != "\\" { try site.write(name, to: "sub/\(name)") }
            try site.serve("listing = true\ndot_files = true") { server in
                let page = try server.ask("/sub/").text
                let links = page.split(separator: "<a href=\"").dropFirst()
                    .compactMap { $0.split(separator: "\"").first }
                let texts = try links.filter { !$0.hasSuffix("/") }.map { link in
                    try server.ask("/sub/\(link)").text
                }
                #expect(Set(texts.map { Array($0.utf8) }).count == names.count)
                #expect(texts.contains("100%"))
            }
        }
    }
}

extension String {
    /// Where a text begins for the first time.
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
