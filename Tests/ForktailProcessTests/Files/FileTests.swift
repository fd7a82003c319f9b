import ForktailTestSupport
import Glibc
import Testing

extension ProcessTests {
    @Suite struct FileTests {
        private static let setup = ServerSetup(
            executable: .forktail,
            settings: "app = \"files\"\nfiles.root = \"root\""
        )

        private static func makeDirectory() throws -> TemporaryDirectory {
            let directory = try TemporaryDirectory()
            mkdir(directory.path(of: "root"), 0o755)
            mkdir(directory.path(of: "root/sub"), 0o755)
            try directory.write("secret", to: "secret")
            try directory.write("<p>index</p>", to: "root/index.html")
            try directory.write("within", to: "root/sub/file.txt")
            symlink("../secret", directory.path(of: "root/out"))
            symlink("/etc/hostname", directory.path(of: "root/absolute"))
            symlink("sub/file.txt", directory.path(of: "root/in"))
            return directory
        }

        @Test func sendsALargeFileWhole() throws {
            let directory = try Self.makeDirectory()
            var random = SeededGenerator(seed: 4)
            let bytes = (0..<400_000).flatMap { _ in
                withUnsafeBytes(of: random.next()) { Array($0) }
            }
            try directory.write(bytes, to: "root/large.bin")
            try Server.run(Self.setup, in: directory) { server in
                let reply = try server.ask("/large.bin")
                #expect(reply["Content-Length"] == "3200000")
                #expect(reply.body == bytes)
                let head = try server.ask("/large.bin", method: "HEAD")
                #expect(head["Content-Length"] == "3200000")
            }
        }

        @Test func servesWhatIsBelowItsRootAndNothingElse() throws {
            try Server.run(Self.setup, in: Self.makeDirectory()) { server in
                try #expect(server.ask("/").text == "<p>index</p>")
                try #expect(server.ask("/sub/file.txt").text == "within")
                try #expect(server.ask("/in").text == "within")
                try #expect(server.ask("/sub").status == 301)
                for path in [
                    "/../secret", "/%2e%2e/secret", "/..%2fsecret", "/sub/../../secret",
                    "/sub/%2e%2e/%2E%2E/secret", "/out", "/absolute", "//etc/hostname",
                    "/%00", "/..\\secret", "/missing", "/sub/file.txt/",
                ] {
                    let reply = try server.ask(path)
                    #expect([400, 403, 404].contains(reply.status), "\(path): \(reply.status)")
                    #expect(!reply.text.contains("secret\n") && reply.text != "secret")
                }
                let post = try server.ask("/", method: "POST")
                #expect(post.status == 405)
            }
        }

        /// Health checks of load balancers send it, HAProxy's by default.
        @Test(arguments: ["OPTIONS / HTTP/1.0", "OPTIONS * HTTP/1.1", "OPTIONS /missing HTTP/1.1"])
        func answersOPTIONS(_ line: String) throws {
            try Server.run(Self.setup, in: Self.makeDirectory()) { server in
                let client = try Client(server.address)
                try client.send("\(line)\r\nHost: a\r\nConnection: close\r\n\r\n")
                let reply = try client.reply()
                #expect(reply.status == 204)
                #expect(reply["Allow"] == "GET, HEAD, OPTIONS")
            }
        }

        /// Names of files are bytes: here in ISO 8859-1, where é is E9.
        @Test func servesAndListsNamesThatAreNotUTF8() throws {
            let site = try FileSite()
            site.makeDirectory("sub")
            try site.write("within", to: "sub/file")
            Self.rename(site.path("sub/file"), to: Array(site.path("sub/caf").utf8) + [0xe9])
            Self.rename(site.path("sub"), to: Array(site.path("d").utf8) + [0xff])
            try site.serve("listing = true") { server in
                try #expect(server.ask("/").text.contains("<a href=\"d%FF/\">d\\xff/</a>"))
                let list = try server.ask("/d%ff/").text
                #expect(list.contains("<title>Index of /d\\xff/</title>"))
                #expect(list.contains("<a href=\"caf%E9\">caf\\xe9</a>"))
                try #expect(server.ask("/d%FF/caf%E9").text == "within")
                try #expect(server.ask("/d%FF")["Location"] == "/d%FF/")
                let client = try Client(server.address)
                let target = Array("/d".utf8) + [0xff] + Array("/caf".utf8) + [0xe9]
                let rest = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                try client.send(Array("GET ".utf8) + target + Array(rest.utf8))
                try #expect(client.reply().text == "within")
                for path in ["/d%EF%BF%BD/caf%E9", "/d%FF/caf%C3%A9", "/%c0%ae%c0%ae/root/d%FF/"] {
                    try #expect(server.ask(path).status == 404, "\(path)")
                }
            }
        }

        private static func rename(_ path: String, to name: [UInt8]) {
            let name = name.map(CChar.init(bitPattern:)) + [0]
            #expect(Glibc.rename(path, name) == 0)
        }
    }
}
