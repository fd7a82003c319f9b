import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// The file of a Unix-domain socket: its mode and owner, and how it comes back.
    @Suite struct UnixSocketTests {
        private static func setup(_ settings: String = "") -> ServerSetup {
            ServerSetup(workers: 1, settings: settings, bind: ["unix:a.sock"])
        }

        private static func status(_ server: Server) -> stat {
            var status = stat()
            #expect(stat(server.directory.path(of: "a.sock"), &status) == 0)
            return status
        }

        private static func mode(_ server: Server) -> mode_t { status(server).st_mode & 0o7777 }

        /// Reloads and waits until the settings are in force.
        private static func reload(_ server: Server, _ settings: String) throws {
            let generation = server.count(.reloadCompleted) + 2
            try server.reload(settings)
            try server.waitForReload(generation)
        }

        @Test func hasTheModeOfTheSettings() throws {
            try Server.run(Self.setup()) { server in
                #expect(Self.mode(server) == 0o660)
                try Self.reload(server, "socket_mode = \"0666\"")
                #expect(Self.mode(server) == 0o666)
                try #expect(server.status(of: "/pid") == 200)
                try Self.reload(server, "socket_mode = \"0600\"")
                #expect(Self.mode(server) == 0o600)
            }
            try Server.run(Self.setup("socket_mode = \"0606\"")) { server in
                #expect(Self.mode(server) == 0o606)
            }
        }

        @Test(.enabled(if: getuid() == 0, "only root can give a file away"))
        func hasTheOwnerOfTheSettings() throws {
            try Server.run(Self.setup("socket_group = \"daemon\"")) { server in
                #expect(Self.status(server).st_uid == 0)
                #expect(Self.status(server).st_gid == 1)
                try Self.reload(server, "user = \"nobody\"\ngroup = \"nogroup\"")
                #expect(Self.status(server).st_uid == 65534)
                #expect(Self.status(server).st_gid == 65534)
                try Self.reload(
                    server,
                    "user = \"nobody\"\nsocket_user = \"2\"\nsocket_group = \"1\""
                )
                #expect(Self.status(server).st_uid == 2)
                #expect(Self.status(server).st_gid == 1)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        @Test(arguments: ["socket_user", "socket_group"])
        func refusesAnUnknownOwner(setting: String) throws {
            let setup = Self.setup("\(setting) = \"no-such-one\"")
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(78))
            #expect(run.errors.contains("no-such-one"), "\(run.errors)")
        }

        /// A cleaner of temporary files, or an operator, has removed it.
        @Test(arguments: [false, true])
        func comesBackAtAReload(isReplaced: Bool) throws {
            try Server.run(Self.setup()) { server in
                let path = server.directory.path(of: "a.sock")
                let old = Self.status(server).st_ino
                unlink(path)
                // A file is left, and no process listens on it.
                if isReplaced { _ = try ListeningSocket(path: path) }
                try Self.reload(server, "")
                #expect(Self.status(server).st_ino != old)
                #expect(Self.mode(server) == 0o660)
                try #expect(server.status(of: "/pid") == 200)
                #expect(
                    server.logLines.contains { $0.contains("\"warning\"") && $0.contains(path) }
                )
                try Self.reload(server, "")
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// A new arbiter binds a removed file again, too.
        @Test func comesBackAtAnUpgrade() throws {
            let setup = ServerSetup(workers: 1, bind: ["unix:a.sock"])
            try Server.run(setup) { server in
                unlink(server.directory.path(of: "a.sock"))
                let new = try server.upgrade()
                try server.handOver(to: new)
                try server.waitForWorkers(1, of: new)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// What the reload of a failed generation would change stays.
        @Test func keepsItsModeWhenAReloadFails() throws {
            try Server.run(Self.setup()) { server in
                server.expectErrors(.reloadFailed, .workerBootFailed, .workerExited)
                try server.reload("socket_mode = \"0666\"\nchdir = \"/nonexistent\"")
                try server.waitForEvent(.reloadFailed, within: .seconds(30))
                #expect(Self.mode(server) == 0o660)
                try #expect(server.status(of: "/pid") == 200)
            }
        }
    }
}
