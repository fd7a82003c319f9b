import Testing

extension ProcessTests {
    @Suite(.enabled(if: Tool.curl.isInstalled, "curl is not installed"))
    struct CurlTests {
        /// Runs curl, which shows only its errors, and returns its standard output.
        private static func curl(_ arguments: [String], from server: Server) throws -> String {
            let run = try Tool.curl.run(["-sS", "--max-time", "20"] + arguments, beside: server)
            #expect(run.ending == .exited(0), "curl \(arguments): \(run.errors)")
            return run.output
        }

        private static let summary = ["-o", "body", "-w", "%{http_code} %{size_download}"]

        @Test func getsWhatIsThere() throws {
            try Server.run { server in
                let url = try server.url("/big/100000")
                try #expect(Self.curl(Self.summary + [url], from: server) == "200 100000")
                try #expect(Self.curl(Self.summary + ["-I", url], from: server) == "200 0")
                try #expect(
                    Self.curl(Self.summary + ["--http1.0", url], from: server) == "200 100000"
                )
                let missing = try server.url("/missing")
                try #expect(Self.curl(Self.summary + [missing], from: server).hasPrefix("404 "))
                let head = try Self.curl(["-I", url], from: server)
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(head.contains("\r\nContent-Length: 100000\r\n"))
            }
        }

        @Test func getsOneAfterTheOther() throws {
            try Server.run { server in
                let urls = try ["/big/3", "/stream/1", "/big/2"].map(server.url)
                try #expect(Self.curl(urls, from: server) == "xxxpiece 1\nxx")
            }
        }

        /// RFC 9112 section 7.1; to HTTP/1.0 the end of the connection is the end of the stream.
        @Test func getsStreams() throws {
            try Server.run { server in
                let url = try server.url("/stream/2")
                let text = "piece 1\npiece 2\n"
                try #expect(Self.curl([url], from: server) == text)
                try #expect(Self.curl(["--http1.0", url], from: server) == text)
                let raw = try Self.curl(["--raw", url], from: server)
                #expect(raw == "8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n0\r\n\r\n")
                let old = try Self.curl(["--http1.0", "-i", url], from: server)
                #expect(!old.contains("Transfer-Encoding"))
            }
        }

        @Test(arguments: [
            // Above 1 MiB curl expects `100 Continue` by itself.
            (2_000_000, []),
            (2_000_000, ["-H", "Expect:"]),
            (5, ["-H", "Expect: 100-continue"]),
            (0, []),
            (2_000_000, ["-H", "Transfer-Encoding: chunked"]),
            (2_000_000, ["-H", "Transfer-Encoding: chunked", "-H", "Expect:"]),
            (5, ["-H", "Transfer-Encoding: chunked", "-H", "Expect: 100-continue"]),
            (5, ["-X", "POST"]),
            (5, ["--http1.0"]),
        ])
        func sends(_ count: Int, _ arguments: [String]) throws {
            try Server.run { server in
                try server.directory.write([UInt8](repeating: 0x78, count: count), to: "sent")
                let upload = try ["-T", "sent", "--expect100-timeout", "15", server.url("/upload")]
                try #expect(Self.curl(arguments + upload, from: server) == "\(count)\n")
            }
        }

        @Test func sendsForms() throws {
            try Server.run { server in
                let url = try server.url("/upload")
                let pairs = try Self.curl(["-d", "a=b", "-d", "c=d", url], from: server)
                #expect(pairs == "7\n")
                try server.directory.write("12345", to: "part")
                let parts = try Self.curl(["-F", "file=@part", url], from: server)
                #expect(try #require(Int(parts.dropLast())) > 5)
            }
        }

        /// RFC 9110 section 10.1.1: an answer in place of `100 Continue` spares the upload.
        @Test func doesNotSendAnUnwantedBody() throws {
            try Server.run { server in
                try server.directory.write([UInt8](repeating: 0x78, count: 2_000_000), to: "sent")
                let arguments = ["-T", "sent", "-o", "body", "-w", "%{http_code} %{size_upload}"]
                let url = try server.url("/ignore-body")
                let told = try Self.curl(
                    arguments + ["--expect100-timeout", "15", url],
                    from: server
                )
                #expect(told == "413 0")
            }
        }

        @Test func speaksThroughAUnixSocket() throws {
            try Server.run(ServerSetup(bind: ["unix:a.sock"])) { server in
                let path = server.directory.path(of: "a.sock")
                let text = try Self.curl(
                    ["--unix-socket", path, "http://localhost/big/5"],
                    from: server
                )
                #expect(text == "xxxxx")
            }
        }

        @Test func mirrorsWhatItSent() throws {
            let setup = ServerSetup(executable: .forktail, settings: "app = \"echo\"")
            try Server.run(setup) { server in
                let arguments = ["-H", "X-A: 1", "-H", "X-A: 2", "-d", "hello", "--compressed"]
                let url = try server.url("/a%20b?c=d#e")
                let mirror = try Self.curl(arguments + [url], from: server)
                for part in [
                    #""method":"POST""#, #""target":"/a%20b?c=d""#, #""version":"HTTP/1.1""#,
                    #"["X-A","1"],["X-A","2"]"#, #""body_base64":"aGVsbG8=""#,
                ] {
                    #expect(mirror.contains(part), "\(part) in \(mirror)")
                }
            }
        }
    }
}
