import ForktailValues
import Glibc
import Testing

extension ProcessTests.TLSTests {
    /// A crash answers through TLS where that is safe, and resets the connection where it is not.
    @Suite struct SecureCrashTests {
        private static let settings = "worker_class = \"event\"\nthreads = 4"

        @Test(arguments: SecureSetup.classes, ["1.2", "1.3"])
        func answersThroughTLS(settings: String, version: String) throws {
            try SecureSetup(settings).run { server in
                server.expectDeaths()
                for signal in [SIGILL, SIGSEGV, SIGABRT] {
                    let run = try server.curl(
                        "--tlsv\(version)",
                        "--tls-max",
                        version,
                        "-w",
                        "%{http_code}",
                        path: "/crash-by/\(signal)"
                    )
                    #expect(run.ending == .exited(0), "\(run)")
                    #expect(run.output.hasSuffix("500"), "\(run)")
                    try server.waitForWorkers(1)
                }
            }
        }

        /// The other clients of the worker that wait for an answer get a 503, those that are idle a
        /// clean end.
        @Test func answersOthersThroughTLS() throws {
            try SecureSetup(Self.settings).run { server in
                server.expectDeaths()
                let idle = try Conversation(server.address)
                try #expect(idle.ask("/pid").status == 200)
                let waiting = try Gate(server: server, name: "other").enter()
                try #expect(server.get("/crash").status == 500)
                try #expect(waiting.reply().status == 503)
                try idle.expectEnd()
            }
        }

        /// A request that has arrived and was not read is answered, too.
        @Test func answersUnreadRequests() throws {
            try SecureSetup().run { server in
                server.expectDeaths()
                let other = try Conversation(server.address)
                try #expect(other.ask("/pid").status == 200)
                let crashing = try Gate(server: server, name: "x", handler: "crash-gate").enter()
                try other.send(Conversation.request("/pid"))
                try Gate(server: server, name: "x").open()
                try #expect(crashing.reply().status == 500)
                try #expect(other.reply().status == 503)
            }
        }

        @Test func cutsAnAnswerThatHasBegun() throws {
            try SecureSetup().run { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let client = try Client(server.address)
                try client.send("GET /crash-stream HTTP/1.0\r\n\r\n")
                #expect(throws: ConnectionFault.self) { try client.reply() }
            }
        }

        /// A client in the middle of its handshake gets a reset, and nothing that is no TLS.
        @Test func resetsHandshakes() throws {
            try SecureSetup(Self.settings).run { server in
                server.expectDeaths()
                let port = try #require(server.address.port)
                let half = try Client(.tcp(port: port))
                try half.send([22, 3, 1, 2, 0, 1, 0])
                try #expect(server.get("/crash").status == 500)
                #expect(throws: ConnectionFault.reset) { try half.readToEnd() }
            }
        }

        /// Where the application has used OpenSSL before forktail, its memory may be locked.
        @Test func resetsWhereOpenSSLHasOtherMemory() throws {
            var secure = try SecureSetup()
            let source = """
                extern void *CRYPTO_malloc(unsigned long, const char *, int);
                __attribute__((constructor)) static void first(void) { CRYPTO_malloc(1, "", 0); }
                """
            try secure.directory.write(source, to: "first.c")
            let made = try OneShot(
                ["/bin/sh", "-c", "cc -shared -fPIC first.c -o first.so -l:libcrypto.so.3"],
                searchPath: Tool.searchPath,
                in: secure.directory
            )
            guard made.ending == .exited(0) else { throw TestFailure(made.errors) }
            secure.setup.environment["LD_PRELOAD"] = secure.directory.path(of: "first.so")
            try secure.run { server in
                server.expectDeaths()
                try #expect(server.status(of: "/pid") == 200)
                #expect(throws: ConnectionFault.self) { try server.get("/crash") }
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/pid") == 200)
            }
        }
    }
}
