import Glibc
import Testing

extension ProcessTests {
    @Suite struct DeathTests {
        /// Scenario 9: only the request that the killed worker was serving is lost.
        @Test func losesOnlyTheRequestOfAKilledWorker() throws {
            try Server.run(ServerSetup(workers: 4)) { server in
                server.expectErrors(", killed by another process")
                let victims = try server.waitForWorkers(4)
                let load = Load(clients: 2, at: [server.address])
                for victim in victims {
                    kill(victim, SIGKILL)
                    try wait(until: "the end of \(victim)") { !server.workers.contains(victim) }
                    try server.waitForWorkers(4)
                }
                let tally = load.stop()
                #expect(tally.lost <= victims.count)
                #expect(tally.statuses.isEmpty)
                #expect(tally.faults[.refused] == nil)
                #expect(tally.faults[.timeout] == nil)
                #expect(tally.answered > victims.count)
                #expect(server.countInLog("died of SIGKILL") == victims.count)
            }
        }

        /// Scenario 10: one loop reaps them all, and queued connections are served.
        @Test func replacesAllThatDieAtOnce() throws {
            try Server.run(ServerSetup(workers: 6)) { server in
                server.expectErrors(", killed by another process")
                let victims = try server.waitForWorkers(6)
                for victim in victims { kill(victim, SIGKILL) }
                try wait(until: "the end of all") {
                    !victims.contains(where: ProcessTable.isAlive)
                }
                let worker = try server.identify()
                let workers = try server.waitForWorkers(6)
                #expect(Set(workers).isDisjoint(with: victims))
                #expect(!victims.contains(worker.process))
                #expect(server.countInLog("died of SIGKILL") == 6)
            }
        }

        /// Scenario 11: the log says how each worker ended.
        @Test(arguments: [
            ("/exit/0", "] warning worker", "exited with status 0"),
            ("/exit/3", "] error worker", "exited with status 3"),
            ("/crash", "] error worker", "died of SIG"),
        ])
        func tellsHowAWorkerEnded(path: String, severity: String, words: String) throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                server.expectErrors(words, "Fatal error: Index out of range")
                _ = try? server.get(path)
                let line = try server.waitForLog(words)
                #expect(line.contains(severity))
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
                try server.waitForLog("exited with status 0")
                let next = try server.identify()
                #expect(next.process != worker.process)
                #expect(next.slot == worker.slot)
            }
        }

        /// The same for INT and QUIT; the log says that it was not the arbiter.
        @Test(arguments: [SIGTERM, SIGINT, SIGQUIT])
        func logsThatAnotherProcessStoppedAWorker(signal: Int32) throws {
            let environment = ["BOOT_SLOT": "1", "BOOT_WAIT_FOR": "go"]
            try Server.run(ServerSetup(workers: 2, environment: environment, ready: 1)) { server in
                try wait(until: "two workers") { server.workers.count == 2 }
                let serving = try server.identify().process
                for worker in server.workers { kill(worker, signal) }
                let line = try server.waitForLog("(pid \(serving)) exited with status 0")
                #expect(line.contains("] warning worker 0"))
                #expect(line.contains(", asked to by another process or by the application"))
                let other = try server.waitForLog(", sent by another process")
                #expect(other.contains("] warning worker 1"))
                try server.directory.write("", to: "go")
                try server.waitForWorkers(2)
            }
        }

        /// The log sums up what a worker has answered.
        @Test(arguments: [
            ("text", "has answered 3 requests: 2 × 2xx, 1 × 4xx; p50 below "),
            ("json", "\"requests\":3,"),
        ])
        func sumsUpWhatAWorkerHasAnswered(form: String, words: String) throws {
            let setup = ServerSetup(workers: 1, settings: "log_format = \"\(form)\"")
            try Server.run(setup) { server in
                for path in ["/pid", "/nowhere", "/pid"] { _ = try server.get(path) }
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                let line = try server.waitForLog("has answered 3 requests")
                #expect(line.contains(words))
                if form == "json" {
                    #expect(line.contains("\"answers_2xx\":2,\"answers_4xx\":1,\"p50\":0."))
                }
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
                #expect(server.address == .tcp(port: port))
                #expect(directory.text(of: "server.pid") == "\(server.arbiter)\n")
                try #expect(server.status(of: "/pid", at: server.addresses[1]) == 200)
            }
        }
    }
}
