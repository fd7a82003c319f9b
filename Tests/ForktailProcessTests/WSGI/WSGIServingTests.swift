import ForktailValues
import Testing

extension ProcessTests.WSGITests {
    /// PEP 3333, row by row, with one request at a time and with threads.
    @Suite(.serialized) struct WSGIServingTests {
        /// A request, and what its answer must be.
        private struct Row {
            let path: String
            var method = "GET"
            var body: String?
            var isChunked = false
            var status = 200
            let answer: String
            /// A field that must be there with this value.
            var field: (String, String)?
        }

        private static let lines = "ab\ncdef\ng"

        private static let rows: [Row] = [
            Row(path: "/ok", answer: "ok\n", field: ("Content-Length", "3")),
            Row(
                path: "/generator",
                answer: "one two three",
                field: ("Transfer-Encoding", "chunked")
            ),
            Row(path: "/lazy", answer: "lazy"),
            Row(path: "/empty", answer: "", field: ("Content-Length", "0")),
            Row(path: "/sized", answer: "abcdef", field: ("Content-Length", "6")),
            Row(path: "/whole", answer: "abc", field: ("Content-Length", "3")),
            Row(path: "/parts", answer: "abc", field: ("Content-Length", "3")),
            Row(path: "/write", answer: "written first and returned"),
            Row(path: "/none", status: 204, answer: ""),
            Row(path: "/unchanged", status: 304, answer: "", field: ("ETag", "\"a\"")),
            Row(path: "/exc-info", status: 500, answer: "handled"),
            Row(path: "/sized-write", answer: "abcdef", field: ("Content-Length", "6")),
            Row(path: "/write", method: "HEAD", answer: ""),
            Row(path: "/ok", method: "HEAD", answer: "", field: ("Content-Length", "3")),
            Row(path: "/sized", method: "HEAD", answer: "", field: ("Content-Length", "6")),
            Row(path: "/generator", method: "HEAD", answer: ""),
            Row(path: "/read", answer: "0 "),
            Row(path: "/read", method: "POST", body: "some text", answer: "9 some text"),
            Row(path: "/read", method: "POST", body: big, answer: "300000 xxxxxxxxxx"),
            Row(
                path: "/read",
                method: "POST",
                body: big,
                isChunked: true,
                answer: "300000 xxxxxxxxxx"
            ),
            Row(
                path: "/lines",
                method: "POST",
                body: lines,
                answer: "[b'ab\\n', b'cd', b'ef\\n', b'g']"
            ),
            Row(path: "/iterate", method: "POST", body: lines, answer: "[3, 5, 1]"),
            Row(path: "/errors", answer: "ok\n"),
            Row(path: "/memory-file", answer: "in memory"),
            Row(path: "/compressed-file", answer: "expanded"),
            Row(
                path: "/rest-of-file",
                answer: "application: each pa",
                field: ("Content-Length", "20")
            ),
            Row(path: "/same-thread", answer: "same same same "),
            Row(path: "/child", answer: "from a child\n"),
            Row(path: "/forked", answer: "0 sockets"),
            Row(path: "/returns-in-child", answer: "once"),
            Row(path: "/broken-pipe-in-child", answer: "3"),
        ]

        private static let big = String(repeating: "x", count: 300_000)

        @Test(arguments: [0, 3]) func answersAsThePEPSays(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                for row in Self.rows {
                    let what = "\(row.method) \(row.path)"
                    let client = try Client(server.address)
                    try client.send(Self.bytes(of: row))
                    let reply = try client.reply(toHead: row.method == "HEAD")
                    #expect(reply.status == row.status, "\(what)")
                    #expect(reply.text == row.answer, "\(what)")
                    if let (name, value) = row.field { #expect(reply[name] == value, "\(what)") }
                }
                let file = try server.get("/file")
                #expect(file.text == ProcessTable.text(of: "\(Program.folder)/wsgi_site.py"))
                try wait(until: "each close") {
                    let names = try server.get("/show-closed").text.split(separator: " ")
                    return Set(names) == ["generator", "sized", "whole", "unchanged"]
                        && names.count == 6
                }
                try server.waitForEvent(.application, ["message": "first line", "slot": 0])
                try server.waitForEvent(.application, ["message": "second line", "level": "error"])
                try server.waitForEvent(.application, ["message": "without an end"])
                server.expectErrors(.application)
                #expect(server.count(.workerExited) == 0)
            }
        }

        private static func bytes(of row: Row) -> String {
            let body = row.body ?? ""
            guard row.isChunked else {
                let length = row.body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
                return "\(row.method) \(row.path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "\(length)\r\n\(body)"
            }
            let size = String(body.utf8.count, radix: 16)
            return "\(row.method) \(row.path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\n\r\n"
        }

        /// The standard library's own checker finds nothing.
        @Test(arguments: [0, 2]) func isValid(threads: Int) throws {
            var site = PythonSite(application: "wsgi_site:validated", threads: threads)
            site.settings = "wsgi.root_path = \"/shop\""
            try site.run { server in
                for path in ["ok", "generator", "sized", "none"] {
                    try #expect(server.status(of: "/shop/\(path)") < 300, "\(path)")
                }
                let head = try Client.ask("/shop/ok", at: server.address, method: "HEAD")
                #expect(head.status == 200)
                let client = try Client(server.address)
                try client.send(
                    "POST /shop/iterate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        + "Content-Length: 4\r\n\r\na\nbc"
                )
                try #expect(client.reply().text == "[2, 2]")
            }
        }

        @Test func makesTheEnviron() throws {
            var site = PythonSite()
            site.settings = "wsgi.root_path = \"/shop\"\nforwarded_allow_ips = [\"127.0.0.1\"]"
            try site.run { server in
                let client = try Client(server.address)
                try client.send(
                    "GET /shop/environ-of/caf%C3%A9%2F?a=%20b HTTP/1.1\r\nHost: example.org:99\r\n"
                        + "Connection: close\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=1\r\nCookie: b=2\r\n"
                        + "X_Two: spoofed\r\nProxy: evil\r\nContent-Type: text/x\r\n"
                        + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
                        + "Content-Length: 0\r\n\r\n"
                )
                let lines = try client.reply().text.split(separator: "\n").map(String.init)
                for wanted in [
                    "REQUEST_METHOD='GET'", "SCRIPT_NAME='/shop'",
                    "PATH_INFO='/environ-of/cafÃ©/'", "QUERY_STRING='a=%20b'",
                    "REQUEST_URI='/shop/environ-of/caf%C3%A9%2F?a=%20b'",
                    "RAW_URI='/shop/environ-of/caf%C3%A9%2F?a=%20b'",
                    "HTTP_HOST='example.org:99'", "HTTP_X_TWO='1,2'", "HTTP_COOKIE='a=1; b=2'",
                    "CONTENT_TYPE='text/x'", "CONTENT_LENGTH='0'", "REMOTE_ADDR='192.0.2.7'",
                    "wsgi.url_scheme='https'", "wsgi.multithread=False",
                    "wsgi.multiprocess=True", "wsgi.run_once=False",
                    "wsgi.input_terminated=True", "wsgi.version=(1, 0)",
                    "SERVER_PROTOCOL='HTTP/1.1'", "SERVER_NAME='127.0.0.1'",
                ] {
                    #expect(lines.contains(wanted), "\(wanted) is not in \(lines)")
                }
                #expect(!lines.contains { $0.contains("evil") || $0.contains("spoofed") })
                #expect(!lines.contains { $0.hasPrefix("HTTP_CONTENT") })
            }
        }

        @Test func sendsHeadersAsISO8859() throws {
            try PythonSite().run { server in
                let client = try Client(server.address)
                try client.send(Client.request("/latin"))
                let bytes = try client.readToEnd()
                let latin = Array("X-Latin: caf".utf8) + [0xe9, 0x0d, 0x0a]
                #expect(bytes.firstRange(of: latin) != nil)
                #expect(bytes.firstRange(of: Array("X-UTF8: café\r\n".utf8)) != nil)
            }
        }

        /// The client is told to send its body once the application reads it.
        @Test func asksForTheBodyAtTheFirstRead() throws {
            try PythonSite().run { server in
                let client = try Client(server.address)
                try client.send(
                    "POST /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
                )
                try client.expect("HTTP/1.1 100 Continue\r\n\r\n")
                try client.send("abc")
                try #expect(client.reply().text == "3 abc")
            }
        }

        /// Each piece is sent before the application is asked for the next one.
        @Test(arguments: [0, 2], ["paced", "paced-write", "paced-end"])
        func sendsEachPieceAtOnce(threads: Int, path: String) throws {
            try PythonSite(threads: threads).run { server in
                let client = try Client(server.address)
                let gate = server.directory.path(of: "gate")
                try client.send(Client.request("/\(path)?\(gate)"))
                try client.expect("first")
                try server.directory.write("", to: "gate")
                guard path == "paced-end" else { return try client.expect(" second") }
                try wait(until: "the end") { server.directory.contains("gate.ended") }
            }
        }

        /// Large bodies have as many threads as other requests, and no more.
        @Test func limitsTheThreadsOfBodies() throws {
            try PythonSite(threads: 2).run { server in
                let request =
                    "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Content-Length: 300000\r\n\r\n" + Self.big
                let clients = try (1...6).map { _ in try Client(server.address) }
                for client in clients { try client.send(request) }
                for client in clients {
                    let words = try client.reply().text.split(separator: " ")
                    #expect(words.first == "300000")
                    #expect(words.last == "1" || words.last == "2")
                }
            }
        }

        /// A body that is cut short is an error, and never a short success.
        @Test(arguments: [0, 2]) func refusesACutBody(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                let client = try Client(server.address)
                try client.send(
                    "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n"
                        + String(repeating: "x", count: 200_000)
                )
                client.endSending()
                try #expect(client.reply().status == 400)
            }
        }
    }
}
