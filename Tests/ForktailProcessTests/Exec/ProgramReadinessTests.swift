import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// When a program counts as ready, and as alive.
    @Suite struct ProgramReadinessTests {
        /// Without a word from the program, by what it waits for.
        @Test(arguments: ["accept", "poll", "select", "epoll"])
        func seesThatAProgramWaits(call: String) throws {
            try Program.probe("pause", "0.5", "serve-in", call).run(workers: 2) { server in
                try server.waitForWorkers(2)
                try expectNoReadiness(before: 0.5, server)
                try #expect(server.status(of: "/") == 200)
            }
        }

        /// A child may be the one that serves.
        @Test func seesThatADescendantWaits() throws {
            let shell = ["/bin/sh", "-c", "\"$0\" serve-in epoll & wait"]
            var program = Program.probe()
            program = Program(name: "sh", command: shell + program.command, needs: program.needs)
            try program.run(workers: 2) { server in
                try server.waitForWorkers(2)
                try #expect(server.status(of: "/") == 200)
            }
        }

        @Test(arguments: ["auto", "notify"])
        func believesAMessage(ready: String) throws {
            let program = Program.probe("pause", "0.5", "notify", "READY=1", "pause", "2", "serve")
            try program.run(workers: 1, "exec.ready = \"\(ready)\"") { server in
                try expectNoReadiness(before: 0.5, server)
                try #expect(server.status(of: "/") == 200)
            }
        }

        @Test func believesALine() throws {
            let program = Program.probe("pause", "0.5", "ready-line", "serve")
            try program.run(workers: 1, "exec.ready = \"fd\"") { server in
                try expectNoReadiness(before: 0.5, server)
                let state = try ProbeState(of: server)
                #expect(state.environment["FORKTAIL_READY_FD"] == "4")
                #expect(Set(state.descriptors.keys) == ["0", "1", "2", "3"])
            }
        }

        @Test func waitsForADelay() throws {
            let settings = "exec.ready = { delay = \"700ms\" }"
            try Program.probe("serve").run(workers: 1, settings) { server in
                try expectNoReadiness(before: 0.7, server)
            }
        }

        /// The program serves, but has not done what the setting waits for.
        @Test(arguments: ["notify", "fd"])
        func believesNothingElse(ready: String) throws {
            let settings = "boot_timeout = \"500ms\"\nexec.ready = \"\(ready)\""
            let setup = Program.probe("serve").setup(workers: 1, settings)
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains(ready == "fd" ? "FORKTAIL_READY_FD" : "READY=1"))
        }

        /// A watchdog that was never fed watches nothing.
        @Test func doesNotWatchAProgramWithoutHeartbeat() throws {
            try Program.probe("serve").run(workers: 1, "timeout = \"300ms\"") { server in
                let worker = try server.waitForWorkers(1)
                pause(milliseconds: 1000)
                try #expect(server.waitForWorkers(1) == worker)
            }
        }

        @Test func letsAProgramLiveThatBeats() throws {
            try Program.probe("beat", "serve").run(workers: 1, "timeout = \"2s\"") { server in
                let worker = try server.waitForWorkers(1)
                pause(milliseconds: 5000)
                try #expect(server.waitForWorkers(1) == worker)
                #expect(try ProbeState(of: server).environment["WATCHDOG_USEC"] == "2000000")
            }
        }

        @Test func replacesAProgramWhoseHeartbeatStops() throws {
            let program = Program.probe("notify", "WATCHDOG=1", "serve")
            try program.run(workers: 1, "timeout = \"500ms\"") { server in
                server.expectErrors(.workerAborted, .workerExited)
                let first = try server.waitForWorkers(1)
                try wait(until: "another worker") { try server.waitForWorkers(1) != first }
                try server.waitForEvent(.workerExited, ["signal": "SIGABRT"])
            }
        }

        @Test func logsAStatus() throws {
            let program = Program.probe("notify", "STATUS=warming up", "serve")
            try program.run(workers: 1) { server in
                let record = try server.waitForEvent(.workerStatus)
                #expect(record.text("status") == "warming up")
                #expect(record.number("slot") == 0)
            }
        }

        private func expectNoReadiness(before seconds: Double, _ server: Server) throws {
            for record in server.records(.workerReady) {
                let after = try #require(record.seconds("after"))
                // The process may have run for a while when the arbiter takes the time of its start.
                #expect(after >= seconds / 2, "\(record.line)")
            }
        }
    }
}
