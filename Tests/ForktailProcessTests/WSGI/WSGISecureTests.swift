import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// Addresses with `https://`, whose certificates the arbiter hands over to interpreters.
    @Suite(
        .serialized,
        .enabled(if: Tool.curl.isInstalled, "curl is not installed"),
        .enabled(if: access(PythonSite.interpreter, X_OK) == 0, "there is no Python")
    )
    struct WSGISecureTests {
        /// The ways in which a worker becomes its interpreter, and calls the application.
        struct Way: Sendable, CustomTestStringConvertible {
            let isPreloaded: Bool
            let threads: Int

            var testDescription: String { "preload \(isPreloaded), \(threads) threads" }
        }

        static let ways = [false, true].flatMap { isPreloaded in
            [0, 2].map { Way(isPreloaded: isPreloaded, threads: $0) }
        }

        private static func secure(
            _ way: Way,
            _ settings: String = "",
            workers: Int = 1
        ) throws -> SecureSetup {
            let site = PythonSite(
                isPreloaded: way.isPreloaded,
                threads: way.threads,
                settings: settings
            )
            var secure = try SecureSetup(site.setup.settings, workers: workers)
            secure.setup.executable = .forktail
            return secure
        }

        /// Also as a user that may not read the key.
        @Test(arguments: ways) func answersThroughTLS(way: Way) throws {
            let settings = """
                \(geteuid() == 0 ? "user = \"nobody\"" : "")
                client_certificates = "optional"
                client_ca_file = "good.pem"
                """
            let secure = try Self.secure(way, settings)
            try secure.make("good")
            try secure.run { server in
                server.expectDeaths()
                let plain = try server.curl("--cacert", "a.pem", path: "/environ-of").output
                #expect(plain.contains("wsgi.url_scheme='https'\n"), "\(plain)")
                #expect(
                    plain.contains("HTTPS='on'\n") && plain.contains("SSL_PROTOCOL='TLSv1.3'\n")
                )
                #expect(plain.contains("SSL_CLIENT_VERIFY='NONE'\n"))
                let port = try #require(server.address.port)
                #expect(plain.contains("SERVER_PORT='\(port)'\n"))
                let reason = Containing("OpenSSL was used before")
                #expect(server.count(.settingWarning, ["reason": reason]) == 0)
                let known = try server.curl(
                    "--cert",
                    "good.pem",
                    "--key",
                    "good.key",
                    path: "/environ-of"
                ).output
                #expect(known.contains("SSL_CLIENT_VERIFY='SUCCESS'\n"), "\(known)")
                #expect(known.contains("SSL_CLIENT_S_DN='CN=good'\n"))
                let crash = try server.curl("-w", "%{http_code}", path: "/segfault")
                #expect(crash.output.hasSuffix("500"), "\(crash)")
                try server.waitForWorkers(1)
                let file = try server.curl(path: "/rest-of-file").output
                #expect(file.utf8.count == 20, "\(file)")
            }
        }

        /// SERVER_NAME and SERVER_PORT are those of the listener that has accepted the connection.
        @Test(arguments: ways) func namesTheListener(way: Way) throws {
            var secure = try Self.secure(way)
            secure.setup.bind = [
                "127.0.0.1:0", "https://127.0.0.2:0", "https://127.0.0.3:0", "127.0.0.4:0",
                "unix:socket",
            ]
            try secure.run { server in
                let urls = server.records(.listening).map { $0.text("address") }
                #expect(urls.count == 5)
                for url in urls {
                    let parts = url.split(separator: ":")
                    let isUnix = url.hasPrefix("unix")
                    let options = isUnix ? ["--unix-socket", "socket"] : []
                    let target = (isUnix ? "http://localhost" : url) + "/environ-of"
                    let output = try server.curl(options + [target]).output
                    let name = isUnix ? "localhost" : "\(parts[1].dropFirst(2))"
                    let port = isUnix ? "80" : "\(parts[2])"
                    #expect(output.contains("SERVER_NAME='\(name)'\n"), "\(url): \(output)")
                    #expect(output.contains("SERVER_PORT='\(port)'\n"), "\(url): \(output)")
                }
            }
        }

        /// Core files may hold keys of sessions then, which one line says for all workers.
        @Test(arguments: [false, true]) func warnsOfOpenSSLInUse(isPreloaded: Bool) throws {
            var secure = try Self.secure(Way(isPreloaded: isPreloaded, threads: 0), workers: 2)
            try secure.directory.write("import ssl\n", to: "sitecustomize.py")
            secure.setup.environment["PYTHONPATH"] = secure.directory.path
            try secure.run { server in
                let reason = Containing("OpenSSL was used before")
                #expect(server.count(.settingWarning, ["slot": 0, "reason": reason]) == 1)
                #expect(server.count(.settingWarning, ["reason": reason]) == 1)
                try #expect(server.curl("-w", "%{http_code}", path: "/ok").output.hasSuffix("200"))
            }
        }

        /// The new workers of a reload have the new certificate, and clients resume their sessions with it,
        /// also after an upgrade.
        @Test(arguments: [false, true]) func servesANewCertificate(isPreloaded: Bool) throws {
            let way = Way(isPreloaded: isPreloaded, threads: 0)
            let secure = try Self.secure(way, workers: 2)
            try secure.make("b")
            try secure.run { server in
                func connect(_ options: String) throws -> String {
                    try server.openssl("-tls1_2", options, input: "GET /ok HTTP/1.0\r\n\r\n")
                }
                let first = try connect("-sess_out session")
                #expect(first.contains("subject=CN = a\n"), "\(first)")
                try #expect(connect("-sess_in session").contains("Reused, TLSv1.2"))
                let settings = server.setup.settings
                    .replacing("\"a.pem\"", with: "\"b.pem\"").replacing(
                        "\"a.key\"",
                        with: "\"b.key\""
                    )
                try server.reload(settings)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try #expect(connect("").contains("subject=CN = b\n"))
                try #expect(connect("-sess_in session").contains("Reused, TLSv1.2"))
                try server.handOver(to: server.upgrade())
                try server.waitForWorkers(2)
                try #expect(connect("").contains("subject=CN = b\n"))
                try #expect(connect("-sess_in session").contains("Reused, TLSv1.2"))
            }
        }

        /// No core file gets a key, and no descriptor of it is left: the application is not trusted.
        @Test(arguments: [false, true]) func keepsKeysToItself(isPreloaded: Bool) throws {
            let way = Way(isPreloaded: isPreloaded, threads: 2)
            let secure = try Self.secure(way)
            try secure.run { server in
                let talks = try (0..<3).map { _ in try Conversation(server.address) }
                for talk in talks { try #expect(talk.ask("/ok").status == 200) }
                let lines = secure.directory.text(of: "a.key").split(separator: "\n")
                var secrets = talks.flatMap { $0.client.tls?.secrets.map(\.bytes) ?? [] }
                #expect(secrets.count >= 3 * 4)
                secrets.append(Array(try #require(lines.dropFirst().first).utf8))
                let worker = try server.waitForWorkers(1)[0]
                let memory = try WorkerMemory(of: worker)
                for secret in secrets {
                    #expect(!memory.dumped.contains { $0.contains(secret) })
                }
                var processes = [worker]
                if isPreloaded { processes.append(try pid_t(talks[0].ask("/loader").text) ?? 0) }
                for process in processes {
                    let files = ProcessTable.descriptors(of: process).filter { number, _ in
                        var status = stat()
                        return stat("/proc/\(process)/fd/\(number)", &status) == 0
                            && status.st_mode == S_IFREG | S_IRUSR
                    }
                    #expect(files.isEmpty, "\(files)")
                }
            }
        }
    }
}
