import ForktailValues
import Glibc
import Testing

extension ProcessTests.TLSTests {
    /// Clients without TLS, the certificate for development, and what the logs say of TLS.
    @Suite struct RedirectionTests {
        @Test(arguments: SecureSetup.classes)
        func redirectsHTTPAtAnHTTPSAddress(settings: String) throws {
            try SecureSetup(settings + "\nhttps_redirect = true").run { server in
                let port = try #require(server.address.port)
                let reply = try Client.exchange(
                    "POST /a?b HTTP/1.1\r\nHost: x.example:\(port)\r\nContent-Length: 3\r\n\r\nabc",
                    with: .tcp(port: port)
                )
                #expect(reply.status == 308)
                #expect(reply["Location"] == "https://x.example:\(port)/a?b")
                let nowhere = try Client.exchange("GET / HTTP/1.0\r\n\r\n", with: .tcp(port: port))
                #expect(nowhere.status == 400 && nowhere["Location"] == nil)
            }
        }

        @Test(arguments: SecureSetup.classes)
        func redirectsPlainListeners(settings: String) throws {
            var secure = try SecureSetup(
                settings + "\nredirect_to_https = \":8443\"\nacme_challenge_root = \"web\""
            )
            secure.setup.bind.append("0.0.0.0:0")
            let path = secure.directory.path(of: "web/.well-known/acme-challenge")
            _ = try OneShot(
                ["/bin/sh", "-c", "mkdir -p \(path); printf abc.def > \(path)/to-k_1"],
                searchPath: Tool.searchPath,
                in: secure.directory
            )
            try secure.run { server in
                let plain = try #require(server.addresses.first { $0.scheme == "http" })
                func get(_ path: String, host: String = "shop.example:8080") throws -> Reply {
                    try Client.exchange(
                        "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n",
                        with: plain
                    )
                }
                let reply = try get("/x/y?z=1")
                #expect(reply.status == 308)
                #expect(reply["Location"] == "https://shop.example:8443/x/y?z=1")
                try #expect(get("/", host: "[::1]:80")["Location"] == "https://[::1]:8443/")
                let challenge = "/.well-known/acme-challenge/"
                try #expect(get(challenge + "to-k_1").text == "abc.def")
                for wrong in ["", "other", "../to-k_1", "a/b", "%74o-k_1", "to-k_1?x/.."] {
                    let status = try get(challenge + wrong).status
                    #expect(status == 404 || wrong == "to-k_1?x/..", "\(wrong)")
                }
                try #expect(server.status(of: "/pid") == 200)
                let forwarded = try Client.ask("/pid", at: plain, ["X-Forwarded-Proto": "https"])
                #expect(forwarded.status == 200)
            }
        }

        @Test(arguments: SecureSetup.classes)
        func addsStrictTransportSecurity(settings: String) throws {
            var secure = try SecureSetup(settings + "\nhsts = \"1y\"")
            secure.setup.bind.append("0.0.0.0:0")
            try secure.run { server in
                let name = "Strict-Transport-Security"
                try #expect(server.get("/pid")[name] == "max-age=31536000")
                let plain = try #require(server.addresses.first { $0.scheme == "http" })
                try #expect(Client.get("/pid", at: plain)[name] == nil)
            }
        }

        @Test func makesACertificateForDevelopment() throws {
            let directory = try TemporaryDirectory()
            var setup = ServerSetup(workers: 1, bind: ["https://127.0.0.1:0"])
            setup.arguments = ["--self-signed"]
            setup.environment["STATE_DIRECTORY"] = directory.path(of: "state/x")
            var first = ""
            for _ in 0..<2 {
                try Server.run(setup, in: directory) { server in
                    let run = try server.curl(
                        "--cacert",
                        "state/x/self-signed.pem",
                        path: "/tls"
                    )
                    #expect(run.output.hasPrefix("https TLSv1.3"), "\(run)")
                    let text = directory.text(of: "state/x/self-signed.pem")
                    #expect(first.isEmpty || first == text, "it is kept")
                    first = text
                    var status = stat()
                    stat(directory.path(of: "state/x/self-signed.key"), &status)
                    #expect(status.st_mode & 0o777 == 0o600)
                }
                unlink(directory.path(of: "stderr"))
            }
        }

        @Test(arguments: ["text", "json"])
        func logsWhatWasAgreedOn(form: String) throws {
            let layout =
                "%({version}x)s %({suite}x)s %({server_name}x)s %({session}x)s %({subject}x)s"
            let settings = """
                \(SecureSetup.classes[1])
                accesslog = "access.log"
                access_log_format = "\(layout)"
                log_format = "\(form)"
                """
            var secure = try SecureSetup(settings)
            if form == "text" { secure.setup.settings += "" }
            let directory = secure.directory
            try directory.write(
                secure.setup.configuration(in: directory),
                to: "forktail.toml"
            )
            guard form == "json" else { return try Self.checkText(secure) }
            try secure.run { server in
                _ = try server.curl("--tls-max", "1.2", path: "/pid")
                let line = try server.waitForAccessLines(1)[0]
                #expect(line.contains("\"tls_version\":\"TLSv1.2\""), "\(line)")
                #expect(line.contains("\"tls_session\":\"new\""))
                #expect(line.contains("\"client_subject\":null"))
            }
        }

        /// The harness reads the log of a server as JSON, so that this server logs to a file.
        private static func checkText(_ secure: SecureSetup) throws {
            let process = try ChildProcess(secure.setup.command(in: secure.directory))
            defer { process.send(SIGKILL) }
            let port = try eventually("an address in the log") {
                let text = secure.directory.text(of: "stderr")
                return text.split(separator: "\n").first { $0.contains("listening at") }
                    .flatMap { $0.split(separator: ":").last }.flatMap { UInt16($0) }
            }
            _ = try eventually("an answer") { try? Client.get("/pid", at: .tls(port: port)) }
            let line = try eventually("a line") {
                secure.directory.text(of: "access.log").split(separator: "\n").first
            }
            #expect(
                line == "TLSv1.3 TLS_AES_128_GCM_SHA256 - new -" || line.hasPrefix("TLSv1.3 TLS_")
            )
            #expect(line.hasSuffix(" - new -"))
        }
    }
}
