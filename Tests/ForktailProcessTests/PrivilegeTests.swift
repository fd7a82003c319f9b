import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 61: what the workers may do, as the kernel sees it.
    ///
    /// Only root can give it up.
    @Suite(.enabled(if: getuid() == 0, "only root can give privileges up"))
    struct PrivilegeTests {
        private static let settings = """
            user = "nobody"
            group = "nogroup"
            umask = "0137"
            no_new_privs = true
            limit_open_files = 123
            limit_core = 4096
            """

        /// The workers run as `nobody`, and the arbiter keeps its user.
        @Test func dropsPrivileges() throws {
            try Server.run(ServerSetup(settings: Self.settings)) { server in
                let own = Self.status(server.arbiter)
                #expect(own["Uid"] == "0\t0\t0\t0")
                #expect(own["NoNewPrivs"] == "0")
                let ownLimits = Self.limits(server.arbiter)
                #expect(!ownLimits.contains { $0.hasPrefix("Max open files 123 123") })
                for worker in try server.waitForWorkers(2) {
                    let status = Self.status(worker)
                    #expect(status["Uid"] == "65534\t65534\t65534\t65534")
                    #expect(status["Gid"] == "65534\t65534\t65534\t65534")
                    #expect(status["Groups"]?.filter { $0 != " " } == "65534")
                    #expect(status["CapPrm"] == "0000000000000000")
                    #expect(status["CapEff"] == "0000000000000000")
                    #expect(status["NoNewPrivs"] == "1")
                    #expect(status["Umask"] == "0137")
                    let limits = Self.limits(worker)
                    #expect(limits.contains { $0.hasPrefix("Max open files 123 123") })
                    #expect(limits.contains { $0.hasPrefix("Max core file size 4096 4096") })
                }
            }
        }

        /// Root binds a port below 1024 and makes a socket's file; the user `nobody` serves them.
        @Test func bindsBeforeDroppingPrivileges() throws {
            let setup = ServerSetup(settings: Self.settings, bind: ["127.0.0.1:0", "unix:a.sock"])
            try Server.run(setup) { server in
                for address in server.addresses {
                    try #expect(server.status(of: "/pid", at: address) == 200)
                }
                var status = stat()
                #expect(stat(server.directory.path(of: "a.sock"), &status) == 0)
                #expect(status.st_uid == 65534)
                #expect(status.st_gid == 65534)
            }
        }

        /// Scenario 27: the workers write to new log files, which they may not open themselves.
        @Test func reopensLogs() throws {
            let settings = Self.settings + "\naccesslog = \"access.log\""
            try Server.run(ServerSetup(settings: settings)) { server in
                try #expect(server.status(of: "/pid") == 200)
                _ = try server.waitForAccessLines(1)
                let old = server.directory.path(of: "old.log")
                rename(server.directory.path(of: "access.log"), old)
                let moved = ProcessTable.text(of: old)
                server.send(SIGUSR1)
                let fresh = server.directory.path(of: "access.log")
                for worker in try server.waitForWorkers(2) {
                    try wait(until: "a worker that has the new file") {
                        ProcessTable.descriptors(of: worker).values.contains(fresh)
                    }
                }
                try #expect(server.status(of: "/pid") == 200)
                try wait(until: "a line") { !server.directory.text(of: "access.log").isEmpty }
                #expect(ProcessTable.text(of: old) == moved)
                var status = stat()
                #expect(stat(fresh, &status) == 0)
                #expect(status.st_uid == 0)
            }
        }

        /// Scenario 16: the kernel's word of the arbiter's death survives the change of the user.
        @Test func leavesWithTheArbiter() throws {
            try Server.run(ServerSetup(settings: Self.settings)) { server in
                server.leavesFiles = true
                server.expectedEnding = .signaled(SIGKILL)
                let workers = try server.waitForWorkers(2)
                server.send(SIGKILL)
                for slot in 0...1 { try server.waitForEvent(.arbiterLost, ["slot": slot]) }
                try wait(until: "the end of the workers", within: .seconds(10)) {
                    !workers.contains(where: ProcessTable.isAlive)
                }
            }
        }

        /// A reload changes the user of the workers.
        @Test func changesPrivilegesOnReload() throws {
            try Server.run(ServerSetup()) { server in
                try server.reload(Self.settings)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                for worker in try server.waitForWorkers(2) {
                    #expect(Self.status(worker)["Uid"]?.hasPrefix("65534\t") == true)
                }
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        @Test(arguments: [
            ("user = \"no-such-user\"", "user no-such-user: no user has this name"),
            ("group = \"no-such-group\"", "group no-such-group: no group has this name"),
            ("user = \"54321\"", "user 54321 is in no user database"),
        ])
        func refusesUnknownUsersAndGroups(settings: String, reason: String) throws {
            let run = try OneShot(ServerSetup(settings: settings), in: TemporaryDirectory())
            #expect(run.ending == .exited(78))
            #expect(run.errors.contains(reason), "\(run.errors)")
        }

        /// An arbiter that can't drop privileges says so, and serves no request with them.
        @Test(.enabled(if: WorkerKind.chosen != .tls, "the user can't read the tests' certificate"))
        func failsWithoutThePrivileges() throws {
            let directory = try TemporaryDirectory()
            chown(directory.path, 65534, 65534)
            let setup = ServerSetup(
                settings: "user = \"daemon\"",
                wrapper: [
                    "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                ]
            )
            let run = try OneShot(setup, in: directory)
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("user, group: Operation not permitted"), "\(run.errors)")
        }

        private static func status(_ process: pid_t) -> [String: String] {
            let lines = ProcessTable.text(of: "/proc/\(process)/status").split(separator: "\n")
            let pairs = lines.compactMap { line -> (String, String)? in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { return nil }
                return (String(parts[0]), String(parts[1].drop { $0 == "\t" }))
            }
            return Dictionary(pairs) { first, _ in first }
        }

        /// The lines of /proc/PID/limits with single spaces.
        private static func limits(_ process: pid_t) -> [String] {
            ProcessTable.text(of: "/proc/\(process)/limits").split(separator: "\n")
                .map { $0.split(separator: " ").joined(separator: " ") }
        }
    }
}
