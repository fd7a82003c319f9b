import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct DeathTests {
        /// Scenario 9: only the request that the killed worker was serving is lost.
        @Test func losesOnlyTheRequestOfAKilledWorker() throws {
            try Server.run(ServerSetup(workers: 4)) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                let victims = try server.waitForWorkers(4)
                let load = Load(clients: 2, at: [server.address])
                for victim in victims {
                    kill(victim, SIGKILL)
                    try wait(until: "the end of \(victim)") { !server.workers.contains(victim) }
                    try server.waitForWorkers(4)
                    try load.waitForAnswers(1)
                }
                let tally = load.stop()
                #expect(tally.lost <= victims.count)
                #expect(tally.statuses.isEmpty)
                #expect(tally.faults[.refused] == nil)
                #expect(tally.faults[.timeout] == nil)
                #expect(server.count(.workerExited, ["signal": "SIGKILL"]) == victims.count)
            }
        }

        /// Scenario 10: one loop reaps them all, and queued connections are served.
        @Test func replacesAllThatDieAtOnce() throws {
            try Server.run(ServerSetup(workers: 6)) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                let victims = try server.waitForWorkers(6)
                for victim in victims { kill(victim, SIGKILL) }
                try wait(until: "the end of all") {
                    !victims.contains(where: ProcessTable.isAlive)
                }
                let worker = try server.identify()
                let workers = try server.waitForWorkers(6)
                #expect(Set(workers).isDisjoint(with: victims))
                #expect(!victims.contains(worker.process))
                #expect(server.count(.workerExited, ["signal": "SIGKILL"]) == 6)
            }
        }

        /// Scenario 11: the log says how each worker ended.
        @Test(arguments: [
            ("/exit/0", "warning", 0), ("/exit/3", "error", 3), ("/crash", "error", nil),
        ])
        func tellsHowAWorkerEnded(path: String, level: String, status: Int?) throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                server.expectErrors(.workerExited)
                server.expectDeaths()
                _ = try? server.get(path)
                let line = try server.waitForEvent(.workerExited)
                #expect(line.text("level") == level && line.number("status") == status)
                #expect(line.text("signal").hasPrefix("SIG") == (status == nil))
                try server.waitForWorkers(2)
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        /// Scenario 12: a worker that another process sends TERM finishes its request first.
        @Test func finishesTheRequestOfAWorkerThatIsAskedToLeave() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let worker = try server.identify()
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                kill(worker.process, SIGTERM)
                try gate.open()
                try #expect(WorkerIdentity(client.reply().text) == worker)
                try server.waitForEvent(.workerExited, ["status": 0])
                let next = try server.identify()
                #expect(next.process != worker.process)
                #expect(next.slot == worker.slot)
            }
        }

        /// The same for INT and QUIT; the log says that it was not the arbiter.
        @Test(
            .enabled(if: WorkerKind.isSwift, "an interpreter that starts has signals of its own"),
            arguments: [SIGTERM, SIGINT, SIGQUIT]
        )
        func logsThatAnotherProcessStoppedAWorker(signal: Int32) throws {
            let environment = ["BOOT_SLOT": "1", "BOOT_WAIT_FOR": "go"]
            try Server.run(ServerSetup(workers: 2, environment: environment, ready: 1)) { server in
                try wait(until: "two workers") { server.workers.count == 2 }
                let serving = try server.identify().process
                for worker in server.workers { kill(worker, signal) }
                let line = try server.waitForEvent(.workerExited, ["slot": 0, "reason": "left"])
                #expect(line.worker == serving && line.number("status") == 0)
                let other = try server.waitForEvent(.workerExited, ["slot": 1])
                #expect(other.text("reason") == "other_process")
                for record in [line, other] { #expect(record.text("level") == "warning") }
                try server.directory.write("", to: "go")
                try server.waitForWorkers(2)
            }
        }

        /// The log sums up what a worker has answered.
        @Test func sumsUpWhatAWorkerHasAnswered() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                for path in ["/pid", "/nowhere", "/pid"] { _ = try server.get(path) }
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                let fields: [String: any LogValue] = [
                    "requests": 3, "answers_2xx": 2, "answers_4xx": 1,
                ]
                #expect(server.count(.workerSummary, fields) == 1)
            }
        }

        /// Scenarios 7 and 16: nothing outlives the arbiter but requests in hand, and what it could
        /// not remove does not keep the next one from starting.
        @Test func leavesNothingBehindWhenTheArbiterIsKilled() throws {
            let directory = try TemporaryDirectory()
            let port = try ListeningSocket.unusedPort()
            let setup = ServerSetup(
                workers: 3,
                settings: "pidfile = \"server.pid\"",
                bind: ["127.0.0.1:\(port)", "unix:server.sock"]
            )
            try Server.run(setup, in: directory) { server in
                server.leavesFiles = true
                server.expectedEnding = .signaled(SIGKILL)
                let workers = try server.waitForWorkers(3)
                let gate = Gate(server: server, name: "busy")
                let client = try gate.enter()
                server.process.send(SIGKILL)
                try wait(until: "the end of the idle workers", within: .seconds(10)) {
                    workers.count(where: ProcessTable.isAlive) == 1
                }
                try gate.open()
                try #expect(WorkerIdentity(client.reply().text) != nil)
                try wait(until: "the end of the busy worker", within: .seconds(10)) {
                    !workers.contains(where: ProcessTable.isAlive)
                }
                #expect(directory.contains("server.pid"))
                #expect(directory.contains("server.sock"))
            }
            try directory.write("", to: "stderr")
            try Server.run(setup, in: directory) { server in
                #expect(server.address.port == port)
                #expect(directory.text(of: "server.pid") == "\(server.arbiter)\n")
                try #expect(server.status(of: "/pid", at: server.addresses[1]) == 200)
            }
        }
    }
}
