import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 64: the messages to the service manager, sd_notify(3).
    @Suite struct NotifyTests {
        /// Runs a test with a server and the socket at which its service manager listens.
        private static func run(
            _ setup: ServerSetup = ServerSetup(),
            _ body: (Server, NotifySocket) throws -> Void
        ) throws {
            let directory = try TemporaryDirectory()
            let path = directory.path(of: "notify")
            let manager = try NotifySocket(path)
            var setup = setup
            setup.environment["NOTIFY_SOCKET"] = path
            try Server.run(setup, in: directory) { server in
                try wait(until: "READY") { manager.lines.contains("READY=1") }
                try body(server, manager)
            }
        }

        /// RELOADING comes with the time, and READY follows once the new workers are ready.
        @Test func tellsOfAReload() throws {
            try Self.run { server, manager in
                let count = manager.lines.count
                let before = Self.microseconds()
                try server.reload("env = { BOOT_WAIT_FOR = \"go\" }")
                try server.waitForEvent(.reloadStarted, ["workers": 2])
                try wait(until: "RELOADING") { manager.lines.contains("RELOADING=1") }
                let time = try #require(
                    manager.lines.first { $0.hasPrefix("MONOTONIC_USEC=") }
                        .flatMap { Int($0.dropFirst(15)) }
                )
                #expect((before...Self.microseconds()).contains(time))
                #expect(!manager.lines[count...].contains("READY=1"))
                try server.directory.write("", to: "go")
                try wait(until: "READY") { manager.lines[count...].contains("READY=1") }
                let lines = manager.lines[count...]
                #expect(lines.contains("STATUS=2 of 2 workers ready, generation 2"))
                #expect(Self.position("RELOADING=1", lines) < Self.position("READY=1", lines))
            }
        }

        /// A mistake in the file doesn't end the reload that is under way.
        @Test func tellsOfTheEndOfAReloadOnce() throws {
            try Self.run { server, manager in
                server.expectErrors(.reloadFailed, .reloadMistake)
                let count = manager.lines.count
                try server.reload("env = { BOOT_WAIT_FOR = \"go\" }")
                try server.waitForEvent(.reloadStarted, ["workers": 2])
                try server.reload("timeout = \"x\"")
                try wait(until: "the status") {
                    manager.lines[count...].contains { $0.hasPrefix("STATUS=reload failed: ") }
                }
                #expect(!manager.lines[count...].contains("READY=1"))
                try server.directory.write("", to: "go")
                try wait(until: "READY") { manager.lines[count...].contains("READY=1") }
                #expect(
                    manager.lines[count...].contains("STATUS=2 of 2 workers ready, generation 2")
                )
            }
        }

        /// A reload that fails ends with READY too, and the status says why it has failed.
        @Test(arguments: [
            ("timeout = \"x\"", nil, "STATUS=reload failed: "),
            ("env = { BOOT_FAIL = \"out of luck\" }", nil, "STATUS=reload failed: worker 0"),
            ("", "unix:/nowhere/x.sock", "STATUS=reload failed: bind"),
        ])
        func tellsOfAReloadThatFails(settings: String, bind: String?, status: String) throws {
            try Self.run { server, manager in
                server.expectErrors(.reloadFailed, .reloadMistake, .workerBootFailed)
                let count = manager.lines.count
                try server.reload(settings, bind: bind.map { [$0] })
                try wait(until: "the end of the reload") {
                    let lines = manager.lines[count...]
                    return lines.contains("READY=1")
                        && lines.contains { $0.hasPrefix(status) && $0.contains("generation 1") }
                }
                let lines = manager.lines[count...]
                #expect(Self.position("RELOADING=1", lines) < Self.position("READY=1", lines))
                try #expect(server.status(of: "/pid") == 200)
                // It stays part of the status until the next reload.
                server.send(SIGTTIN)
                try wait(until: "the third worker") {
                    manager.lines.last { $0.hasPrefix("STATUS=") }.map {
                        $0.hasPrefix(status) && $0.contains("3 of 3 workers ready")
                    } ?? false
                }
                try server.reload("")
                try wait(until: "the next generation") {
                    manager.lines.last { $0.hasPrefix("STATUS=") }?
                        .hasPrefix("STATUS=2 of 2 workers ready") == true
                }
            }
        }

        /// An arbiter that runs pings the watchdog; one that is stopped does not.
        @Test func pingsTheWatchdogOnlyWhileItRuns() throws {
            let setup = ServerSetup(environment: ["WATCHDOG_USEC": "100000"])
            try Self.run(setup) { server, manager in
                try wait(until: "signs of life") { Self.pings(manager) > 3 }
                server.send(SIGSTOP)
                try wait(until: "a stopped arbiter") {
                    ProcessTable.entry(server.arbiter)?.state == "T"
                }
                let count = Self.pings(manager)
                // Many times as long as the interval, at the pace of the workers' own answers.
                for _ in 0..<20 { try #expect(server.status(of: "/sleep/20") == 200) }
                #expect(Self.pings(manager) == count)
                server.send(SIGCONT)
                try wait(until: "signs of life") { Self.pings(manager) > count + 3 }
            }
        }

        /// It is not our watchdog if it waits for another process.
        @Test func leavesTheWatchdogOfAnotherProcessAlone() throws {
            let environment = ["WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"]
            try Self.run(ServerSetup(environment: environment)) { server, manager in
                for _ in 0..<10 { try #expect(server.status(of: "/sleep/10") == 200) }
                #expect(Self.pings(manager) == 0)
            }
        }

        @Test func tellsOfTheStop() throws {
            let setup = ServerSetup(settings: "graceful_timeout = 7\nshutdown_delay = 2")
            try Self.run(setup) { server, manager in
                server.send(SIGTERM)
                try wait(until: "STOPPING") { manager.lines.contains("STOPPING=1") }
                #expect(manager.lines.contains("EXTEND_TIMEOUT_USEC=19000000"))
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// The counts follow what happens.
        @Test func tellsHowManyWorkersAreReady() throws {
            try Self.run { server, manager in
                server.send(SIGTTIN)
                try wait(until: "three workers") {
                    manager.lines.contains("STATUS=3 of 3 workers ready, generation 1")
                }
                server.send(SIGWINCH)
                try wait(until: "no worker") {
                    manager.lines.contains(
                        "STATUS=no worker serves (SIGWINCH); SIGHUP brings the workers back"
                    )
                }
            }
        }

        /// The service becomes the new arbiter, and does not stop with the old one.
        @Test func handsTheServiceOver() throws {
            try Self.run { server, manager in
                let new = try server.upgrade()
                try wait(until: "MAINPID") { manager.lines.contains("MAINPID=\(new)") }
                try server.handOver(to: new)
                #expect(!manager.lines.contains("STOPPING=1"))
                server.send(SIGTERM)
                try wait(until: "STOPPING") { manager.lines.contains("STOPPING=1") }
            }
        }

        /// Whether the new arbiter leaves or dies, the service is the old one's again.
        @Test(arguments: [SIGQUIT, SIGTERM, SIGKILL])
        func takesTheServiceBack(signal: Int32) throws {
            try Self.run { server, manager in
                if signal == SIGKILL { server.expectErrors(.arbiterLost) }
                let new = try server.upgrade()
                try wait(until: "MAINPID") { manager.lines.contains("MAINPID=\(new)") }
                kill(new, signal)
                try wait(until: "MAINPID of the old") {
                    manager.lines.contains("MAINPID=\(server.arbiter)")
                }
                try server.waitForEvent(.upgradeEnded)
                #expect(!manager.lines.contains("STOPPING=1"))
                try #expect(server.status(of: "/pid") == 200)
                server.send(SIGTERM)
                try wait(until: "STOPPING") { manager.lines.contains("STOPPING=1") }
            }
        }

        /// A service that can't start says which call has failed.
        @Test func tellsWhyItCannotStart() throws {
            let taken = try ListeningSocket()
            guard let port = taken.address.port else { return }
            let directory = try TemporaryDirectory()
            let path = directory.path(of: "notify")
            let manager = try NotifySocket(path)
            var setup = ServerSetup(bind: ["127.0.0.1:\(port)"])
            setup.environment["NOTIFY_SOCKET"] = path
            try #expect(OneShot(setup, in: directory).ending == .exited(69))
            let status = "STATUS=cannot start: bind 127.0.0.1:\(port): Address already in use"
            #expect(manager.lines.contains("ERRNO=\(EADDRINUSE)"))
            #expect(manager.lines.contains { $0.hasPrefix(status) })
        }

        private static func pings(_ manager: NotifySocket) -> Int {
            manager.lines.count { $0 == "WATCHDOG=1" }
        }

        private static func position(_ line: String, _ lines: ArraySlice<String>) -> Int {
            lines.firstIndex(of: line) ?? .max
        }

        /// The clock of MONOTONIC_USEC.
        private static func microseconds() -> Int {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
        }
    }
}
