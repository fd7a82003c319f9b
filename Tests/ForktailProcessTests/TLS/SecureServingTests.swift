import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite(.enabled(if: Tool.curl.isInstalled, "curl is not installed"))
    enum TLSTests {}
}

extension ProcessTests.TLSTests {
    /// What clients that others wrote get, and what a handler knows of them.
    @Suite struct SecureServingTests {
        @Test(arguments: SecureSetup.classes, ["1.2", "1.3"])
        func speaksBothVersions(settings: String, version: String) throws {
            try SecureSetup(settings).run { server in
                let run = try server.curl(
                    "--tlsv\(version)",
                    "--tls-max",
                    version,
                    "--cacert",
                    "a.pem",
                    path: "/tls"
                )
                #expect(run.output.hasPrefix("https TLSv\(version) "), "\(run)")
                #expect(run.output.contains(version == "1.2" ? "TLS_ECDHE_ECDSA_" : "TLS_AES_"))
            }
        }

        @Test(arguments: SecureSetup.classes)
        func countsHandshakes(settings: String) throws {
            try SecureSetup(Control.settings + "\n" + settings).run { server in
                let control = Control(server: server)
                try wait(until: "an answer of the observer") {
                    (try? control.get("/healthz")) != nil
                }
                _ = try server.curl("--cacert", "a.pem", path: "/tls")
                _ = try server.openssl("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
                try wait(until: "both handshakes") {
                    let text = try control.get("/metrics").text
                    return text.contains("forktail_tls_handshakes_total{result=\"full\"} 1\n")
                        && text.contains("forktail_tls_handshakes_total{result=\"failed\"} 1\n")
                }
                let end = try control.metric("forktail_certificate_expiry_timestamp_seconds")
                let days = (end - Double(time(nil))) / 86_400
                #expect((29...30).contains(days))
                try #expect(control.status()["certificate_end"] as? Double == end)
            }
        }

        @Test func refusesOldVersions() throws {
            try SecureSetup().run { server in
                let text = try server.openssl("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
                #expect(text.contains("alert protocol version"), "\(text)")
                try server.waitForEvent(.handshakeFailed, ["reason": "unsupported protocol"])
            }
        }

        @Test func refusesTLS12WhereItShall() throws {
            let settings = SecureSetup.classes[1] + "\ntls_min_version = \"1.3\""
            try SecureSetup(settings).run { server in
                try #expect(server.openssl("-tls1_2").contains("alert protocol version"))
                try #expect(server.curl().ending == .exited(0))
            }
        }

        /// RFC 7301: a client that speaks only other protocols learns it by an alert.
        @Test(arguments: [
            ("http/1.1", "ALPN protocol: http/1.1"), ("h2,http/1.1", "ALPN protocol: http/1.1"),
            ("http/1.0", "ALPN protocol: http/1.0"), ("h2", "alert no application protocol"),
            ("acme-tls/1", "alert no application protocol"),
        ])
        func agreesOnAProtocol(offer: String, expected: String) throws {
            try SecureSetup().run { server in
                let text = try server.openssl("-alpn", offer)
                #expect(text.contains(expected), "\(text)")
            }
        }

        /// Suites whose records are not authenticated are left out, whatever the settings say.
        @Test func leavesOutCBC() throws {
            let settings = SecureSetup.classes[1] + "\ntls_ciphers = \"ALL\""
            try SecureSetup(settings).run { server in
                let cbc = try server.openssl("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256")
                #expect(cbc.contains("handshake failure"), "\(cbc)")
                let gcm = try server.openssl("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")
                #expect(gcm.contains("Cipher    : ECDHE-ECDSA-AES128-GCM-SHA256"), "\(gcm)")
            }
        }

        @Test func refusesRenegotiation() throws {
            try SecureSetup().run { server in
                let text = try server.openssl("-tls1_2", input: "R\n", openFor: 3)
                #expect(text.contains("no renegotiation"), "\(text)")
                #expect(text.contains("Compression: NONE"))
                try #expect(server.curl().ending == .exited(0))
            }
        }

        /// RFC 6125: an exact name before a wildcard, which stands for one label; by kind of key.
        @Test(arguments: [
            ("a.example", "", "exact"), ("A.EXAMPLE", "", "exact"),
            ("b.example", "", "wild"), ("a.b.example", "", "a"), ("example", "", "a"),
            ("b.example", "-sigalgs rsa_pss_rsae_sha256", "a"),
            ("a.example", "-sigalgs rsa_pss_rsae_sha256", "rsa"),
            ("localhost", "", "a"), ("unknown.test", "", "a"), ("", "", "a"),
        ])
        func choosesACertificate(name: String, options: String, expected: String) throws {
            let secure = try SecureSetup(certificates: ["a", "exact", "rsa", "wild"])
            try secure.make("exact", "DNS:a.example")
            try secure.make("rsa", "DNS:A.example", rsa: true)
            try secure.make("wild", "DNS:*.example")
            try secure.run { server in
                let naming = name.isEmpty ? "-noservername" : "-servername \(name)"
                let text = try server.openssl(naming, options)
                let isRefused = expected == "a" && !options.isEmpty
                #expect(
                    text.contains(isRefused ? "handshake failure" : "subject=CN = \(expected)\n"),
                    "\(text)"
                )
            }
        }

        @Test(arguments: ["off", "optional", "required"])
        func asksForClientCertificates(policy: String) throws {
            let settings = """
                \(SecureSetup.classes[1])
                client_certificates = "\(policy)"
                client_ca_file = "good.pem"
                """
            let secure = try SecureSetup(settings)
            try secure.make("good")
            try secure.make("bad")
            try secure.run { server in
                let none = try server.curl(path: "/tls")
                let good = try server.curl("--cert", "good.pem", "--key", "good.key", path: "/tls")
                let bad = try server.curl("--cert", "bad.pem", "--key", "bad.key", path: "/tls")
                switch policy {
                case "off":
                    #expect(none.output.hasSuffix(" -\n") && good.output.hasSuffix(" -\n"))
                case "optional":
                    #expect(none.output.hasSuffix(" -\n"))
                    #expect(good.output.contains("CN=good") && good.output.hasSuffix(" verified\n"))
                    #expect(bad.output.hasSuffix(" self-signed certificate\n"), "\(bad)")
                default:
                    #expect(none.ending != .exited(0) && bad.ending != .exited(0))
                    #expect(good.output.contains("CN=good") && good.output.hasSuffix(" verified\n"))
                    try server.waitForEvent(
                        .handshakeFailed,
                        ["reason": "peer did not return a certificate"]
                    )
                }
            }
        }

        /// All workers open each other's tickets, also after a reload and an upgrade.
        @Test(arguments: ["-tls1_2", "-tls1_3"])
        func resumesSessions(version: String) throws {
            try SecureSetup(workers: 4).run { server in
                let request = "GET /tls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                func resume() throws -> Bool {
                    let arguments = [version, "-quiet", "-sess_in", "session"]
                    let text = try server.openssl(
                        arguments.joined(separator: " "),
                        input: request
                    )
                    return text.contains(" resumed ")
                }
                let first = try server.openssl(
                    "\(version) -quiet -sess_out session",
                    input: request
                )
                #expect(first.contains(" new "), "\(first)")
                for _ in 0..<5 { try #expect(resume()) }
                try server.reload()
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try #expect(resume())
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(4)
                try #expect(resume())
            }
        }

        /// A ticket is opened with the key before the current one, and not with an older one.
        @Test func rotatesTicketKeys() throws {
            let settings = SecureSetup.classes[1] + "\nsession_ticket_rotation = \"1s\""
            try SecureSetup(settings).run { server in
                let request = "GET /tls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                _ = try server.openssl("-quiet -sess_out session", input: request)
                try wait(until: "the end of the session") {
                    let text = try? server.openssl(
                        "-quiet -sess_in session",
                        input: request
                    )
                    return text?.contains(" new ") == true
                }
            }
        }

        /// The keys lie in memory that no core file gets.
        @Test func keepsTicketKeysOutOfCoreFiles() throws {
            try SecureSetup().run { server in
                let worker = try server.waitForWorkers(1)[0]
                let maps = ProcessTable.text(of: "/proc/\(worker)/smaps")
                let areas = maps.split(separator: "VmFlags:")
                let keys = try #require(areas.firstIndex { $0.contains("forktail-tickets") })
                let flags = areas[keys + 1].split(separator: "\n")[0].split(separator: " ")
                #expect(flags.contains("dd") && !flags.contains("wr"), "\(flags)")
            }
        }

        /// Looks through all memory of the worker that a core file gets, while connections are open.
        @Test func keepsSecretsOfSessionsOutOfCoreFiles() throws {
            try SecureSetup().run { server in
                let talks = try (0..<3).map { _ in try Conversation(server.address) }
                for talk in talks { try #expect(talk.ask("/pid").status == 200) }
                let secrets = talks.flatMap { $0.client.tls?.secrets ?? [] }
                #expect(secrets.count >= 3 * 4 && secrets.allSatisfy { $0.bytes.count >= 32 })
                let memory = try WorkerMemory(of: server.waitForWorkers(1)[0])
                #expect(memory.dumped.count > 10)
                for secret in secrets {
                    let isFound = memory.dumped.contains { $0.contains(secret.bytes) }
                    #expect(!isFound, "\(secret.label)")
                }
                // They are there.
                let traffic = secrets.filter { $0.label == "CLIENT_TRAFFIC_SECRET_0" }
                for secret in traffic {
                    #expect(memory.kept.contains { $0.contains(secret.bytes) })
                }
                #expect(traffic.count == 3)
            }
        }

        @Test func answersHTTPWithTheRightURL() throws {
            try SecureSetup().run { server in
                let port = try #require(server.address.port)
                let client = try Client(.tcp(port: port))
                try client.send("GET /a?b=1 HTTP/1.1\r\nHost: shop.example:8443\r\n\r\n")
                let reply = try client.reply()
                #expect(reply.status == 400)
                #expect(reply.text.contains("https://shop.example:8443/a?b=1"), "\(reply.text)")
                try server.waitForEvent(.requestRefused, ["status": 400])
            }
        }

        /// A PROXY header comes before the handshake, perhaps in one segment with its first bytes.
        @Test(arguments: SecureSetup.classes)
        func takesAProxyHeaderBeforeTheHandshake(settings: String) throws {
            try SecureSetup(settings + "\nproxy_protocol = \"v1\"").run { server in
                let port = try #require(server.address.port)
                let header = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n"
                let client = try Client(.tls(port: port), before: Array(header.utf8))
                try client.send(Client.request("/client"))
                try #expect(client.reply().text.contains("192.0.2.7"))
                try #expect(server.curl("--haproxy-protocol").ending == .exited(0))
            }
        }

        @Test func servesAUnixSocket() throws {
            var secure = try SecureSetup()
            let path = secure.directory.path(of: "tls.sock")
            secure.setup.bind = ["https://127.0.0.1:0", "https://unix:\(path)"]
            try secure.run { server in
                let run = try server.curl("--unix-socket", path, path: "/tls")
                #expect(run.output.hasPrefix("https TLSv1.3"), "\(run)")
            }
        }

        /// systemd names the sockets that are for HTTPS: FileDescriptorName=.
        @Test func servesASocketThatIsNamedHTTPS() throws {
            let sockets = [try ListeningSocket(), try ListeningSocket()]
            var secure = try SecureSetup()
            secure.setup.bind = []
            secure.setup.inherited = sockets.map(\.descriptor)
            secure.setup.wrapper = [
                "/bin/sh", "-c",
                "LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=https:http exec \"$@\"", "sh",
            ]
            try secure.run { server in
                #expect(server.addresses.map(\.scheme) == ["https", "http"])
                try #expect(server.curl().ending == .exited(0))
                try #expect(server.status(of: "/pid", at: sockets[1].address) == 200)
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(1)
                try #expect(server.curl().ending == .exited(0))
            }
        }
    }
}
