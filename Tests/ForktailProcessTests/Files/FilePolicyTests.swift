import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// What is not served, and how that is said.
    @Suite struct FilePolicyTests {
        private static func makeSite() throws -> FileSite {
            let site = try FileSite()
            for path in ["sub", ".git", ".well-known", ".well-known/acme", "sub/.well-known"] {
                site.makeDirectory(path)
            }
            for path in [
                ".env", ".git/config", "sub/.env", ".well-known/x", ".well-known/acme/x",
                ".well-known/.env", ".well-knownx", "sub/.well-known/x", "sub/a.b", "sub/...",
            ] {
                try site.write("x", to: path)
            }
            return site
        }

        private static let hidden = [
            "/.env", "//.env", "/%2eenv", "/.git/config", "/.git", "/.git/", "/sub/.env",
            "/sub//.env", "/.well-known/.env", "/.well-knownx", "/sub/.well-known/x", "/sub/...",
            "/.%CC%81",
        ]

        @Test func hidesDotFiles() throws {
            try Self.makeSite().serve { server in
                for path in Self.hidden {
                    try #expect(server.ask(path).status == 404, "\(path)")
                }
                for path in [
                    "/.well-known/x", "/.well-known/acme/x", "/sub/a.b", "/sub/../.well-known/x",
                ] {
                    try #expect(server.ask(path).status == 200, "\(path)")
                }
            }
        }

        @Test func servesDotFilesWhenToldSo() throws {
            try Self.makeSite().serve("dot_files = true") { server in
                for path in ["/.env", "/.git/config", "/sub/.env", "/sub/...", "/.well-knownx"] {
                    try #expect(server.ask(path).status == 200, "\(path)")
                }
                try #expect(server.ask("/.git").status == 301)
                try #expect(server.ask("/%2e%2e/forktail.toml").status == 404)
            }
        }

        @Test(arguments: [("within", 200), ("never", 404)])
        func followsLinks(_ policy: String, _ status: Int) throws {
            let site = try Self.makeSite()
            try site.directory.write("secret", to: "secret")
            site.link("file", to: "sub/a.b")
            site.link("directory", to: "sub")
            site.link("chain", to: "directory/a.b")
            site.link("up", to: "../secret")
            site.link("back", to: "../root/sub/a.b")
            site.link("absolute", to: site.path("sub/a.b"))
            site.link("loop", to: "loop")
            try site.serve("symlinks = \"\(policy)\"") { server in
                for path in ["/file", "/directory/a.b", "/chain"] {
                    try #expect(server.ask(path).status == status, "\(path)")
                }
                for path in ["/up", "/back", "/absolute", "/loop", "/loop/x"] {
                    try #expect(server.ask(path).status == 404, "\(path)")
                }
                try #expect(server.ask("/sub/a.b").status == 200)
            }
        }

        /// A FIFO is refused without waiting for its other end.
        @Test func servesFilesAlone() throws {
            let site = try Self.makeSite()
            mkfifo(site.path("fifo"), 0o644)
            site.link("null", to: "/dev/null")
            let address = Address.unix(path: site.path("socket"))
            let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            try #require(address.withSocketAddress { bind(socket, $0, $1) } == 0)
            try site.serve { server in
                for path in ["/fifo", "/null", "/socket", "/fifo/", "/sub/a.b/x"] {
                    try #expect(server.ask(path).status == 404, "\(path)")
                }
            }
        }

        @Test func servesARootThatIsALink() throws {
            let site = try Self.makeSite()
            symlink("root", site.directory.path(of: "link"))
            let settings = "app = \"files\"\nfiles.root = \"link\"\nfiles.symlinks = \"never\""
            let setup = ServerSetup(executable: .forktail, settings: settings)
            try Server.run(setup, in: site.directory) { server in
                try #expect(server.ask("/sub/a.b").status == 200)
            }
        }

        @Test(.enabled(if: geteuid() == 0, "only root can serve as another user"))
        func refusesWhatMayNotBeRead() throws {
            let site = try Self.makeSite()
            try site.write("may not", to: "403.html")
            chmod(site.path("sub/a.b"), 0)
            let settings = """
                app = "files"
                user = "nobody"
                files.root = "root"
                files.error_pages = { 403 = "/403.html" }
                """
            let setup = ServerSetup(executable: .forktail, settings: settings)
            try Server.run(setup, in: site.directory) { server in
                let reply = try server.ask("/sub/a.b")
                #expect(reply.status == 403)
                #expect(reply.text == "may not")
                let record = try server.waitForEvent(.fileFailed, ["path": "root/sub/a.b"])
                #expect(record.message.contains("403"), "\(record.line)")
                chmod(site.path("sub/a.b"), 0o644)
                try #expect(server.ask("/sub/a.b").status == 200)
                chmod(site.path("sub/a.b"), 0)
                try wait(until: "the refusal") { try server.ask("/sub/a.b").status == 403 }
            }
        }

        /// One line for all workers, and the service starts.
        @Test func leavesOutAPageThatIsMissing() throws {
            let site = try Self.makeSite()
            let settings = """
                [files.error_pages]
                404 = "/404.html"
                """
            try site.serve(settings) { server in
                let reply = try server.ask("/missing")
                #expect(reply.status == 404)
                #expect(
                    server.count(.settingWarning, ["reason": Containing("error_pages 404: ")]) == 1
                )
                #expect(server.logLines.count { $0.contains("404.html") } == 1)
            }
        }

        @Test func showsPagesForErrors() throws {
            let site = try Self.makeSite()
            site.makeDirectory(".errors")
            try site.write("<h1>nothing</h1>", to: ".errors/404.html")
            try site.write("<h1>no such range</h1>", to: ".errors/416.html")
            try site.write("<h1>method</h1>", to: "405.html")
            let pages = """
                cache_control = { "*" = "max-age=5" }
                [files.error_pages]
                404 = "/.errors/404.html"
                405 = "/405.html"
                416 = "/.errors/416.html"
                """
            try site.serve(pages) { server in
                let missing = try server.ask("/missing", ["Range": "bytes=0-1"])
                #expect(missing.status == 404)
                #expect(missing.text == "<h1>nothing</h1>")
                #expect(missing["Content-Type"] == "text/html; charset=utf-8")
                for name in ["ETag", "Last-Modified", "Cache-Control", "Accept-Ranges"] {
                    #expect(missing[name] == nil)
                }
                let head = try server.ask("/missing", method: "HEAD")
                #expect(head["Content-Length"] == "16")
                let post = try server.ask("/", method: "POST")
                #expect(post.status == 405)
                #expect(post["Allow"] == "GET, HEAD, OPTIONS")
                #expect(post.text == "<h1>method</h1>")
                let range = try server.ask("/sub/a.b", ["Range": "bytes=9-"])
                #expect(range["Content-Range"] == "bytes */1")
                #expect(range.text == "<h1>no such range</h1>")
                try #expect(server.ask("/.errors/404.html").status == 404)
                try #expect(server.ask("/405.html").status == 200)
                unlink(site.path(".errors/404.html"))
                try wait(until: "plain text") {
                    try server.ask("/missing").text == "Not Found\n"
                }
            }
        }

        @Test func namesMediaTypesThatItCannotOpen() throws {
            let site = try Self.makeSite()
            let setup = ServerSetup(
                executable: .forktail,
                settings: "app = \"files\"\n[files]\nroot = \"root\"\nmime_types = \"no\""
            )
            try site.directory.write(setup.configuration(in: site.directory), to: "forktail.toml")
            let run = try OneShot(setup, in: site.directory)
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("files.mime_types no: No such file"), "\(run.errors)")
        }
    }
}
