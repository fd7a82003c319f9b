import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 26: without workers the arbiter keeps its listeners, and clients wait.
    @Suite struct RetireAllTests {
        @Test(
            .enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"),
            arguments: [(SIGTTIN, 1), (SIGHUP, 3)],
            ["127.0.0.1:0", "unix:server.sock"]
        )
        func letsClientsWaitForTheNextWorkers(back: (signal: Int32, workers: Int), bind: String)
            throws
        {
            try Server.run(ServerSetup(workers: 3, bind: [bind])) { server in
                let before = try server.waitForWorkers(3)
                let load = Load(clients: 3, at: [server.address])
                server.send(SIGWINCH)
                try server.waitForEvent(.workerExited, ["status": 0], count: 3)
                #expect(server.workers == [])
                let waiting = try (0..<5).map { _ in
                    let client = try Client(server.address)
                    try client.send(Client.request("/pid"))
                    return client
                }
                #expect(waiting.allSatisfy { $0.isSilent })
                server.send(back.signal)
                for client in waiting {
                    let worker = try #require(WorkerIdentity(client.reply().text))
                    #expect(!before.contains(worker.process))
                }
                try server.waitForWorkers(back.workers)
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
            }
        }

        /// A busy worker finishes its request.
        @Test func finishesTheRunningRequest() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                server.send(SIGWINCH)
                try server.waitForEvent(.workerExited, ["status": 0])
                try gate.open()
                try #expect(client.reply().status == 200)
                try server.waitForWorkers(0)
            }
        }

        /// A stop without workers ends at once.
        @Test func stopsWithoutWorkers() throws {
            try Server.run(ServerSetup(settings: "graceful_timeout = \"1h\"")) { server in
                server.send(SIGWINCH)
                try server.waitForWorkers(0)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }
    }
}
