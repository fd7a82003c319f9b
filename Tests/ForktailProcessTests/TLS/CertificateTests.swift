import ForktailValues
import Glibc
import Testing

extension ProcessTests.TLSTests {
    /// Certificates and keys that are wrong, and new ones by a reload.
    @Suite struct CertificateTests {
        struct Fault: Sendable, CustomTestStringConvertible {
            let name: String
            /// A shell command that makes the fault, after `a` and `b` were made.
            let command: String
            let status: Int32
            let words: [String]
            var settings = SecureSetup.tables(["a"])

            var testDescription: String { name }
        }

        static let faults = [
            Fault(name: "good", command: "true", status: 0, words: ["configuration OK"]),
            Fault(
                name: "no file",
                command: "rm a.pem",
                status: 69,
                words: ["certfile a.pem", "No such file"]
            ),
            Fault(
                name: "no key",
                command: "rm a.key",
                status: 69,
                words: ["keyfile a.key", "No such file"]
            ),
            Fault(
                name: "directory",
                command: "rm a.pem; mkdir a.pem",
                status: 69,
                words: ["a.pem is not a regular file"]
            ),
            Fault(
                name: "pipe",
                command: "rm a.key; mkfifo a.key",
                status: 69,
                words: ["a.key is not a regular file"]
            ),
            Fault(
                name: "empty",
                command: ": > a.pem",
                status: 78,
                words: ["certfile a.pem holds no certificate"]
            ),
            Fault(
                name: "garbage",
                command: "echo x > a.pem",
                status: 78,
                words: ["certfile a.pem holds no certificate"]
            ),
            Fault(
                name: "empty key",
                command: ": > a.key",
                status: 78,
                words: ["keyfile a.key holds no private key"]
            ),
            Fault(
                name: "swapped",
                command: "mv a.pem x; mv a.key a.pem; mv x a.key",
                status: 78,
                words: ["certfile a.pem holds no certificate"]
            ),
            Fault(
                name: "other key",
                command: "cp b.key a.key",
                status: 78,
                words: ["keyfile a.key is not the key of certfile a.pem"]
            ),
            Fault(
                name: "encrypted",
                command: "openssl pkey -in a.key -aes128 -passout pass:x -out y && mv y a.key",
                status: 78,
                words: ["keyfile a.key is encrypted", "openssl pkey"]
            ),
            Fault(
                name: "world-readable",
                command: "chmod 644 a.key",
                status: 0,
                words: ["keyfile a.key can be read by every user"]
            ),
            Fault(
                name: "wrong order",
                command: "cat b.pem >> a.pem",
                status: 0,
                words: ["certfile a.pem: certificate 2 of the chain (CN=b"]
            ),
            Fault(
                name: "unused",
                command: "true",
                status: 0,
                words: ["b.pem is never used"],
                settings: SecureSetup.tables(["a", "b"])
            ),
            Fault(
                name: "bad suites",
                command: "true",
                status: 78,
                words: ["tls_ciphers leaves no suite"],
                settings: "tls_ciphers = \"AES128-SHA\"\n" + SecureSetup.tables(["a"])
            ),
            Fault(
                name: "bad groups",
                command: "true",
                status: 78,
                words: ["tls_groups: OpenSSL has no \"x\" to offer; the manual page"],
                settings: "tls_groups = \"X25519:x\"\n" + SecureSetup.tables(["a"])
            ),
            Fault(
                name: "some bad suites",
                command: "true",
                status: 0,
                words: [
                    "warning: tls_ciphersuites: OpenSSL has no \"TLS_FOO\"",
                    "warning: tls_ciphers: OpenSSL has no \"FOO\" to offer; openssl ciphers",
                ],
                settings: """
                    tls_ciphersuites = "TLS_AES_128_GCM_SHA256:TLS_FOO"
                    tls_ciphers = "HIGH:FOO:!MD5"

                    """ + SecureSetup.tables(["a"])
            ),
            Fault(
                name: "no authorities",
                command: "true",
                status: 78,
                words: ["client_certificates needs client_ca_file"],
                settings: "client_certificates = \"required\"\n" + SecureSetup.tables(["a"])
            ),
            Fault(
                name: "no certificate",
                command: "true",
                status: 78,
                words: ["https:// has no certificate"],
                settings: ""
            ),
        ]

        @Test(arguments: faults) func namesFaults(fault: Fault) throws {
            let secure = try SecureSetup()
            try secure.make("b")
            _ = try OneShot(
                ["/bin/sh", "-c", fault.command],
                searchPath: Tool.searchPath,
                in: secure.directory
            )
            let run = try secure.check(fault.settings)
            #expect(run.ending == .exited(fault.status), "\(run)")
            for word in fault.words {
                #expect((run.errors + run.output).contains(word), "\(run)")
            }
        }

        @Test func warnsOfEndsAndNames() throws {
            let secure = try SecureSetup()
            try secure.make("soon", options: ["-days", "9"])
            try secure.make("sooner", "DNS:sooner", options: ["-days", "1"])
            try secure.make("nameless", "IP:127.0.0.2")
            let run = try secure.check(SecureSetup.tables(["soon", "sooner", "nameless"]))
            #expect(run.ending == .exited(0), "\(run)")
            #expect(run.errors.contains("soon.pem expires in 9 days"))
            #expect(run.errors.contains("sooner.pem expires in 1 day,"))
            #expect(run.errors.contains("nameless.pem has no DNS name"))
        }

        /// A check and a reload say the same of a certificate.
        @Test func refusesAlikeAtACheckAndAReload() throws {
            let secure = try SecureSetup(Control.settings)
            try secure.makeExpired("over")
            let causes = [
                ("certfile = \"over.pem\"\nkeyfile = \"over.key\"", 78, "over.pem has expired on"),
                ("certfile = \"a.pem\"\nkeyfile = \"over.key\"", 78, "over.key is not the key"),
                ("certfile = \"none.pem\"\nkeyfile = \"a.key\"", 69, "none.pem: No such file"),
            ]
            try secure.run { server in
                server.expectErrors(.reloadFailed)
                let control = Control(server: server)
                _ = try control.observer()
                let text = server.directory.text(of: "forktail.toml")
                for (certificate, status, reason) in causes {
                    let old = "certfile = \"a.pem\"\nkeyfile = \"a.key\""
                    let new = text.replacing(old, with: certificate)
                    try server.directory.write(new, to: "forktail.toml")
                    let reload = try control.run("reload")
                    #expect(reload.ending == .exited(Int32(status)), "\(reload)")
                    #expect(reload.errors.contains(reason), "\(reload)")
                    let check = try control.run("--check-config")
                    #expect(check.ending == .exited(Int32(status)), "\(check)")
                    #expect(check.errors.contains(reason), "\(check)")
                }
            }
        }

        /// Libraries that are not OpenSSL 3.
        @Test(arguments: [("", "file too short"), ("int x;", "libssl.so.3 has no function")])
        func namesThePackageThatIsMissing(source: String, reason: String) throws {
            let secure = try SecureSetup()
            try secure.directory.write(source, to: "x.c")
            let make =
                source.isEmpty ? ": > libssl.so.3" : "cc -shared -fPIC x.c -o libssl.so.3"
            _ = try OneShot(
                ["/bin/sh", "-c", make],
                searchPath: Tool.searchPath,
                in: secure.directory
            )
            let run = try secure.check(
                SecureSetup.tables(["a"]),
                environment: ["LD_LIBRARY_PATH": secure.directory.path]
            )
            #expect(run.ending == .exited(69), "\(run)")
            #expect(run.errors.contains(reason) && run.errors.contains("libssl3"), "\(run)")
        }

        /// A reload reads certificates again; what can't be served is refused, and the old one stays.
        @Test func reloadsCertificates() throws {
            let secure = try SecureSetup(workers: 2)
            try secure.makeExpired("expired")
            try secure.make("new")
            try secure.run { server in
                func subject() throws -> String {
                    let text = try server.openssl()
                    let lines = text.split(separator: "\n")
                    return lines.first { $0.hasPrefix("subject=") }.map(String.init) ?? text
                }
                let talk = try Conversation(server.address)
                try #expect(talk.ask("/pid").status == 200)
                let commands = [
                    ("cp new.pem a.pem", "keyfile a.key is not the key"),
                    ("echo > a.pem", "holds no certificate"),
                    ("cp expired.pem a.pem; cp expired.key a.key", "certfile a.pem has expired on"),
                ]
                server.expectErrors(.reloadFailed)
                for (number, (command, reason)) in commands.enumerated() {
                    _ = try OneShot(
                        ["/bin/sh", "-c", command],
                        searchPath: Tool.searchPath,
                        in: server.directory
                    )
                    server.send(SIGHUP)
                    let line = try server.waitForEvent(.reloadFailed, count: number + 1)
                    #expect(line.text("reason").contains(reason), "\(line.line)")
                    try #expect(subject() == "subject=CN = a")
                }
                _ = try OneShot(
                    ["/bin/sh", "-c", "cp new.pem a.pem; cp new.key a.key"],
                    searchPath: Tool.searchPath,
                    in: server.directory
                )
                try #expect(talk.ask("/pid").status == 200)
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted)
                try #expect(subject() == "subject=CN = new")
            }
        }

        /// A reload would refuse it; an upgrade must not wait for a new certificate.
        @Test func upgradesWithAnExpiredCertificate() throws {
            let secure = try SecureSetup()
            try secure.makeExpired("expired")
            try secure.run { server in
                _ = try OneShot(
                    ["/bin/sh", "-c", "cp expired.pem a.pem; cp expired.key a.key"],
                    searchPath: Tool.searchPath,
                    in: server.directory
                )
                let new = try server.upgrade()
                try server.waitForEvent(.certificateExpiring, ["path": "a.pem"])
                try server.handOver(to: new)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// An address can change from HTTP to HTTPS, and back, without being bound again.
        @Test func changesTheSchemeByAReload() throws {
            var secure = try SecureSetup()
            secure.setup.bind = ["127.0.0.1:0"]
            try secure.run { server in
                let sockets = server.listeningSockets
                try #expect(server.status(of: "/pid") == 200)
                try server.reload(bind: ["https://127.0.0.1:0"])
                try server.waitForReload(2)
                let line = try server.waitForEvent(
                    .listening,
                    ["address": Containing("https://")]
                )
                #expect(Address(url: line.text("address")[...])?.port == server.address.port)
                #expect(server.listeningSockets == sockets)
                try #expect(
                    server.status(of: "/pid", at: .tls(port: server.address.port ?? 0)) == 200
                )
            }
        }

        @Test func warnsOfAnEndInTheState() throws {
            let secure = try SecureSetup()
            try secure.make("a", options: ["-days", "5"])
            let path = secure.directory.path(of: "notify")
            let notify = try NotifySocket(path)
            var setup = secure.setup
            setup.environment["NOTIFY_SOCKET"] = path
            try Server.run(setup, in: secure.directory) { server in
                let line = try server.waitForEvent(.certificateExpiring, ["days": 5])
                #expect(line.text("path") == "a.pem")
                try wait(until: "a state that names it") {
                    notify.lines.contains { $0.contains("a.pem expires in 5 days") }
                }
            }
        }
    }
}
