import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct TimeoutTests {
        /// Its `timeout` is long enough for the workers that are well, also where they wait for
        /// processors.
        private static func setup(workers: Int) -> ServerSetup {
            ServerSetup(workers: workers, settings: "timeout = \"3s\"")
        }

        /// Scenario 40: hung in a wait or in a loop, a worker is aborted, and the log says why.
        @Test(arguments: ["/hang", "/spin"])
        func replacesAHungWorker(path: String) throws {
            try Server.run(Self.setup(workers: 2)) { server in
                server.expectErrors(.workerAborted, .handlerTimedOut)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                let before = try server.waitForWorkers(2)
                let client = try Client(server.address)
                try client.send(Client.request(path))
                // The hung worker may still have accepted the next connection.
                try wait(until: "an answer of the other worker") {
                    (try? server.status(of: "/pid")) == 200
                }
                _ = try? client.readToEnd()
                if WorkerKind.chosen == .threads {
                    try server.waitForEvent(.workerRecycled, ["reason": "stuck_thread"])
                    try server.waitForEvent(.workerExited, ["status": 0])
                } else {
                    try server.waitForEvent(.workerAborted)
                    let line = try server.waitForEvent(.workerExited, ["signal": "SIGABRT"])
                    #expect(line.text("cause") == "aborted" && line.text("reason") == "timeout")
                    #expect(server.count(.workerAborted) == 1)
                }
                let after = try server.waitForWorkers(2)
                #expect(Set(before).intersection(after).count == 1)
            }
        }

        /// A worker that sends an answer piece by piece is not silent, however long it takes.
        @Test func leavesALongStreamAlone() throws {
            try Server.run(Self.setup(workers: 1)) { server in
                let pieces = 450
                let reply = try server.get("/slow-stream/\(pieces)")
                #expect(reply.body.count == pieces * 16_384)
                #expect(server.count(.workerAborted) == 0)
            }
        }

        /// A worker stopped by SIGSTOP counts as hung.
        @Test func replacesAStoppedWorker() throws {
            try Server.run(Self.setup(workers: 2)) { server in
                server.expectErrors(.workerAborted)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                let victim = try server.waitForWorkers(2)[0]
                kill(victim, SIGSTOP)
                try server.waitForEvent(.workerExited, ["worker_pid": victim, "signal": "SIGABRT"])
                try server.waitForWorkers(2)
            }
        }

        /// A client that takes its file a little at a time keeps its worker waiting, not silent.
        @Test func sparesTheWorkerOfASlowReader() throws {
            let settings = "timeout = \"3s\"\napp = \"files\""
            let setup = ServerSetup(executable: .forktail, workers: 1, settings: settings)
            let directory = try TemporaryDirectory()
            try directory.write([UInt8](repeating: 120, count: 30_000_000), to: "big")
            try Server.run(setup, in: directory) { server in
                let worker = try server.waitForWorkers(1)
                let client = try Client(server.address)
                try client.send(Client.request("/big"))
                for _ in 0..<60 {
                    #expect(try !client.read(upTo: 4096).isEmpty)
                    pause(milliseconds: 75)
                }
                try #expect(server.waitForWorkers(1) == worker)
                #expect(server.count(.workerAborted) == 0)
            }
        }

        /// Scenario 41: neither silent nor slow clients make a worker look hung.
        @Test func sparesIdleWorkersAndThoseWithSlowClients() throws {
            let settings = "timeout = \"6s\"\nheader_timeout = \"1h\"\nlimit_request_rate = 0"
            try Server.run(ServerSetup(workers: 3, settings: settings)) { server in
                let before = try server.waitForWorkers(3)
                let slow = try Client(server.address)
                let silent = try Client(server.address)
                let start = ContinuousClock.now
                var rest = Client.request("/pid")[...]
                while ContinuousClock.now - start < .seconds(13) {
                    if rest.count > 4 { try slow.send(String(rest.removeFirst())) }
                    pause(milliseconds: 300)
                }
                try slow.send(String(rest))
                try #expect(slow.reply().status == 200)
                #expect(silent.isSilent)
                try #expect(Set(before) == Set(server.waitForWorkers(3)))
                #expect(server.count(.workerAborted) == 0)
            }
        }

        /// Scenario 43: time in which the arbiter itself did not run counts against no worker.
        @Test func killsNoWorkerAfterAPauseOfTheArbiter() throws {
            try Server.run(Self.setup(workers: 3)) { server in
                let before = try server.waitForWorkers(3)
                server.send(SIGSTOP)
                let start = ContinuousClock.now
                while ContinuousClock.now - start < .milliseconds(4500) {
                    try #expect(server.status(of: "/pid") == 200)
                    pause(milliseconds: 50)
                }
                server.send(SIGCONT)
                try server.waitForEvent(.arbiterPaused)
                try #expect(Set(before) == Set(server.waitForWorkers(3)))
                #expect(server.count(.workerAborted) == 0)
            }
        }
    }
}
