import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct RecyclingTests {
        /// Scenario 44: the replacement is ready before a worker leaves, one at a time, and no
        /// request of eight clients is lost.
        @Test(arguments: ["127.0.0.1:0", "unix:server.sock"])
        func replacesWorkersByTheirRequests(bind: String) throws {
            let settings = "max_requests = 40\nmax_requests_jitter = 40"
            try Server.run(ServerSetup(workers: 4, settings: settings, bind: [bind])) { server in
                let tally = Load(clients: 8, at: [server.address], limit: 200).finish()
                #expect(tally.answered == 1600)
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                try server.waitForEvent(.workerRecycled, ["reason": "max_requests"], count: 4)
                try server.waitForWorkers(4)
                Self.expectOneReplacementAtATime(server.records)
            }
        }

        /// The jitter is each worker's own, so that they do not all go together.
        @Test func spreadsTheReplacements() throws {
            let settings = "max_requests = 100\nmax_requests_jitter = 100"
            try Server.run(ServerSetup(workers: 4, settings: settings)) { server in
                let load = Load(clients: 2, at: [server.address])
                try server.waitForEvent(.workerRecycled, ["reason": "max_requests"], count: 8)
                let tally = load.stop()
                #expect(tally.lost == 0)
                let counts = server.records(.workerRecycled).compactMap { $0.number("requests") }
                #expect(Set(counts).count > 1)
                #expect(counts.allSatisfy { $0 >= 100 })
            }
        }

        @Test func replacesWorkersByTheirAge() throws {
            try Server.run(ServerSetup(workers: 2, settings: "max_lifetime = \"1s\"")) { server in
                let before = try server.waitForWorkers(2)
                let load = Load(clients: 2, at: [server.address])
                for worker in before {
                    try server.waitForEvent(
                        .workerRetired,
                        ["worker_pid": worker, "reason": "max_lifetime"]
                    )
                }
                let tally = load.stop()
                #expect(tally.lost == 0)
                Self.expectOneReplacementAtATime(server.records)
            }
        }

        /// Scenario 45: a worker that has grown too large is replaced after its request.
        @Test func replacesAWorkerThatGrows() throws {
            try Server.run(ServerSetup(workers: 1, settings: "max_memory = \"64MiB\"")) { server in
                let before = try server.waitForWorkers(1)
                let gate = Gate(server: server, name: "stuck", handler: "grow-gate")
                let client = try gate.enter()
                try server.waitForEvent(
                    .workerRetired,
                    ["worker_pid": before[0], "reason": "max_memory"]
                )
                // Until it has heard of it, the old worker still accepts.
                let other = try eventually("an answer of the new worker") {
                    let worker = try server.identify()
                    return worker.process == before[0] ? nil : worker
                }
                try gate.open()
                try #expect(WorkerIdentity(client.reply().text)?.process == before[0])
                try #expect(server.waitForWorkers(1) == [other.process])
                #expect(server.count(.workerRecycled) == 1)
            }
        }

        /// Scenario 45: a worker that is stuck as well is killed in the end.
        @Test func killsAWorkerThatGrowsAndNeverLeaves() throws {
            let settings = "max_memory = \"64MiB\"\ngraceful_timeout = \"300ms\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                server.expectErrors(.workerKilled, ["reason": "graceful_timeout"])
                server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                let before = try server.waitForWorkers(1)
                let gate = Gate(server: server, name: "never", handler: "grow-gate")
                let client = try gate.enter()
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try server.waitForEvent(
                    .workerExited,
                    ["worker_pid": before[0], "signal": "SIGKILL"]
                )
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// By the log: a replacement begins, becomes ready, and the one that it replaces retires,
        /// before the next begins.
        private static func expectOneReplacementAtATime(_ records: [LogRecord]) {
            var replacing: pid_t?
            var isReplaced = false
            for record in records {
                if record.event == .workerRecycled {
                    #expect(replacing == nil, "two at a time: \(record.line)")
                    replacing = record.worker
                    isReplaced = false
                } else if record.event == .workerReady {
                    isReplaced = true
                } else if record.event == .workerRetired, record.worker == replacing {
                    #expect(isReplaced, "retired too early: \(record.line)")
                    replacing = nil
                }
            }
        }
    }
}
