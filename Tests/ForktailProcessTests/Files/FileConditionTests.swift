import Testing

extension ProcessTests {
    /// RFC 9110 section 13, at a file.
    @Suite struct FileConditionTests {
        private static let date = "Sat, 29 Oct 1994 19:43:31 GMT"
        private static let earlier = "Sat, 29 Oct 1994 19:43:30 GMT"
        private static let later = "Sat, 29 Oct 1994 19:43:32 GMT"

        /// What stands for the file's own entity tag.
        private static let tag = "TAG"

        private typealias Case = (fields: KeyValuePairs<String, String>, status: Int)

        private static let cases: [Case] = [
            ([:], 200),
            // section 13.1.1
            (["If-Match": tag], 200), (["If-Match": "\"other\", \(tag)"], 200),
            (["If-Match": "*"], 200), (["If-Match": "\"other\""], 412),
            (["If-Match": "W/\(tag)"], 412), (["If-Match": "nonsense"], 412),
            // section 13.1.2
            (["If-None-Match": tag], 304), (["If-None-Match": "W/\(tag)"], 304),
            (["If-None-Match": "\"other\", \(tag)"], 304), (["If-None-Match": "*"], 304),
            (["If-None-Match": "\"other\""], 200),
            // section 13.1.3
            (["If-Modified-Since": date], 304), (["If-Modified-Since": later], 304),
            (["If-Modified-Since": earlier], 200), (["If-Modified-Since": "soon"], 200),
            (["If-Modified-Since": "Saturday, 29-Oct-94 19:43:31 GMT"], 304),
            (["If-Modified-Since": "Sat Oct 29 19:43:31 1994"], 304),
            // section 13.1.4
            (["If-Unmodified-Since": date], 200), (["If-Unmodified-Since": later], 200),
            (["If-Unmodified-Since": earlier], 412), (["If-Unmodified-Since": "soon"], 200),
            // section 13.2.2
            (["If-None-Match": "\"other\"", "If-Modified-Since": date], 200),
            (["If-None-Match": tag, "If-Modified-Since": earlier], 304),
            (["If-Match": tag, "If-Unmodified-Since": earlier], 200),
            (["If-Match": "\"other\"", "If-None-Match": tag], 412),
            (["If-Match": tag, "If-None-Match": tag], 304),
            (["Range": "bytes=0-0", "If-None-Match": tag], 304),
            (["Range": "bytes=0-0", "If-Match": "\"other\""], 412),
            // section 13.1.5
            (["Range": "bytes=0-0", "If-Range": tag], 206),
            (["Range": "bytes=0-0", "If-Range": "W/\(tag)"], 200),
            (["Range": "bytes=0-0", "If-Range": "\"other\""], 200),
            (["Range": "bytes=0-0", "If-Range": date], 206),
            (["Range": "bytes=0-0", "If-Range": later], 200),
            (["Range": "bytes=0-0", "If-Range": "nonsense"], 200),
            (["Range": "bytes=9-", "If-Range": "\"other\""], 200),
            (["If-Range": tag], 200),
        ]

        /// All cases at one server, for GET and for HEAD, which knows no ranges.
        @Test func looksAtConditions() throws {
            let site = try FileSite()
            try site.write("content", to: "a.txt")
            site.date("a.txt", 783_459_811, nanoseconds: 123_456_789)
            try site.serve("cache_control = { \"*\" = \"max-age=5\" }") { server in
                let whole = try server.ask("/a.txt")
                let tag = try #require(whole["ETag"])
                #expect(whole["Last-Modified"] == Self.date)
                for example in Self.cases {
                    try Self.check(example, at: server, tag: tag)
                }
            }
        }

        private static func check(_ example: Case, at server: Server, tag: String) throws {
            let own = example.fields.map { name, value in
                "\(name): \(value.replacing(Self.tag, with: tag))\r\n"
            }
            for method in ["GET", "HEAD"] {
                let expected = method == "HEAD" && example.status == 206 ? 200 : example.status
                let client = try Client(server.address)
                let head = "\(method) /a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                try client.send("\(head)\(own.joined())\r\n")
                let reply = try client.reply(toHead: method == "HEAD")
                #expect(reply.status == expected, "\(method) \(own)")
                checkFields(of: reply, tag: tag)
                guard method == "GET" else { continue }
                let body = ["200": "content", "206": "c", "304": ""]["\(reply.status)"]
                #expect(body == nil || reply.text == body, "\(own)")
            }
        }

        /// Section 15.4.5 and section 15.3.7: what every version of the answer says.
        private static func checkFields(of reply: Reply, tag: String) {
            guard reply.status != 412 else { return }
            #expect(reply["ETag"] == tag)
            #expect(reply["Cache-Control"] == "max-age=5")
            #expect((reply["Content-Type"] == nil) == (reply.status == 304))
            if reply.status == 304 { #expect(reply["Content-Length"] == nil) }
        }

        @Test func tagsVersionsByInodeSizeAndTimes() throws {
            let site = try FileSite()
            try site.write("one", to: "a")
            site.date("a", 1000, nanoseconds: 1)
            try site.serve("open_cache_age = 0") { server in
                let first = try server.ask("/a")["ETag"]
                try #expect(server.ask("/a")["ETag"] == first)
                #expect(first?.hasPrefix("\"") == true)
                site.date("a", 1000, nanoseconds: 2)
                let second = try server.ask("/a")["ETag"]
                #expect(second != first)
                try site.replace("a", by: "two")
                site.date("a", 1000, nanoseconds: 2)
                let third = try server.ask("/a")["ETag"]
                #expect(third != second)
                try site.write("longer", to: "a")
                site.date("a", 1000, nanoseconds: 2)
                let fourth = try server.ask("/a")["ETag"]
                #expect(fourth != third)
                // What `rsync --inplace -t` does: other content under the same date.
                try wait(until: "another tag") {
                    try site.overwrite("a", by: "LONGER")
                    site.date("a", 1000, nanoseconds: 2)
                    return try server.ask("/a")["ETag"] != fourth
                }
            }
        }

        /// Nix and OSTree give all files one date, which tells no versions apart.
        @Test(arguments: [0, 1])
        func namesNoDateThatIsNone(_ date: Int) throws {
            let site = try FileSite()
            try site.write("content", to: "a")
            site.date("a", date, nanoseconds: 5)
            try site.serve { server in
                let reply = try server.ask(
                    "/a",
                    ["If-Modified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"]
                )
                #expect(reply.status == 200)
                #expect(reply["Last-Modified"] == nil)
                #expect(reply["ETag"] != nil)
            }
        }

        /// RFC 9110 section 8.8.2: no dates of the future, and none that stands for bytes before
        /// its second is over.
        @Test func trustsNoDateTooSoon() throws {
            let site = try FileSite()
            try site.write("content", to: "a")
            site.date("a", 4_000_000_000)
            try site.serve { server in
                let whole = try server.ask("/a")
                let date = try #require(whole["Last-Modified"])
                #expect(!date.contains("2096"))
                let part = try server.ask("/a", ["Range": "bytes=0-0", "If-Range": date])
                #expect(part.status == 200)
            }
        }
    }
}
