import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// A small site of Flask: forms, sessions, a database, and bodies that no memory holds.
    @Suite(.serialized) struct WSGIBlogTests {
        private static func run(_ threads: Int, _ body: (Server) throws -> Void) throws {
            guard access("/usr/lib/python3/dist-packages/flask", F_OK) == 0 else {
                return print("skipped: flask is not there (apt-get install python3-flask)")
            }
            let directory = try TemporaryDirectory()
            var setup = PythonSite(
                application: "flask_blog:app",
                threads: threads,
                workers: 2,
                settings: "limit_request_body = \"101MiB\""
            ).setup
            setup.environment["SITE_DATABASE"] = directory.path(of: "blog.sqlite")
            try Server.run(setup, body)
        }

        private static func post(
            _ form: String,
            to path: String,
            _ server: Server,
            cookie: String = ""
        ) throws -> Reply {
            let client = try Client(server.address)
            try client.send(
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Cookie: \(cookie)\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)"
            )
            return try client.reply()
        }

        @Test(arguments: [0, 2]) func keepsArticles(threads: Int) throws {
            try Self.run(threads) { server in
                let account = "name=ada&password=engine"
                try #expect(Self.post(account, to: "/register", server).status == 302)
                try #expect(Self.post(account, to: "/register", server).status == 409)
                try #expect(Self.post("name=ada&password=x", to: "/login", server).status == 403)
                let reply = try Self.post(account, to: "/login", server)
                #expect(reply.status == 302)
                let cookie = String(reply["Set-Cookie"]?.prefix { $0 != ";" } ?? "")
                let article = "title=On+%3Cengines%3E&body=They+weave"
                let refused = try Self.post(article, to: "/articles", server)
                #expect(refused["Location"] == "/login")
                for _ in 1...3 {
                    let reply = try Self.post(article, to: "/articles", server, cookie: cookie)
                    #expect(reply["Location"] == "/")
                }
                let page = try server.get("/").text
                let one = "<h1>On &lt;engines&gt;</h1><p>They weave by ada"
                #expect(page == one + one + one)
                let export = try server.get("/export")
                #expect(export.text == String(repeating: "On <engines>\tada\n", count: 3))
            }
        }

        /// 100 MB come in and go out, and no worker holds a tenth of them.
        @Test(arguments: [0, 2]) func holdsNoLargeBody(threads: Int) throws {
            try Self.run(threads) { server in
                let count = 100 << 20
                let piece = [UInt8](repeating: 0x78, count: 1 << 20)
                let client = try Client(server.address)
                try client.send(
                    "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        + "Content-Length: \(count)\r\n\r\n"
                )
                for _ in 1...100 { try client.send(piece) }
                try #expect(client.reply().text == "\(count)\n")
                try #expect(Self.download(1600, server) == 1600 * (5 + 2 + 65_536 + 2) + 5)
                for worker in try server.waitForWorkers(2) {
                    let status = ProcessTable.text(of: "/proc/\(worker)/status")
                    let peak = status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) }
                    #expect((1..<100_000).contains(peak ?? 0), "\(peak ?? 0) kB")
                }
            }
        }

        /// The number of bytes behind the head of a download.
        private static func download(_ count: Int, _ server: Server) throws -> Int {
            let client = try Client(server.address)
            try client.send(Client.request("/download/\(count)"))
            var first: [UInt8] = []
            while first.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
                let more = try client.read()
                guard !more.isEmpty else { throw ConnectionFault.short }
                first += more
            }
            let head = first.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
            var total = first.count - head
            while case let more = try client.read(upTo: 1 << 20), !more.isEmpty {
                total += more.count
            }
            return total
        }
    }
}
