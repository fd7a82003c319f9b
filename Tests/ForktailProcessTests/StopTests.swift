import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct StopTests {
        /// The arbiter leaves no child to be reaped by another process.
        @Test(arguments: [SIGTERM, SIGINT])
        func reapsItsLastWorker(signal: Int32) throws {
            try #require(Subreaper.become())
            try Server.run(ServerSetup(workers: 3)) { server in
                let workers = try server.waitForWorkers(3)
                server.send(signal)
                try #expect(server.process.waitForEnd() == .exited(0))
                for worker in workers {
                    #expect(waitpid(worker, nil, 0) == -1, "worker \(worker) was not reaped")
                }
            }
        }

        /// Scenario 19: after TERM the running request is finished.
        @Test func finishesTheRunningRequestOnTERM() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                server.send(SIGTERM)
                try server.waitForEvent(.workerExited, ["status": 0])
                #expect(server.process.poll() == nil)
                try gate.open()
                try #expect(WorkerIdentity(client.reply().text) != nil)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.count(.stopped) == 1)
                #expect(server.count(.application) == 2)
            }
        }

        /// Scenario 19: INT and QUIT cut it.
        @Test(arguments: [SIGINT, SIGQUIT])
        func cutsTheRunningRequestAtAQuickStop(on signal: Int32) throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                server.expectErrors(.workerKilled)
                server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                let client = try Gate(server: server, name: "never").enter()
                server.send(signal)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// Scenario 22: each further signal escalates the stop, without waiting for graceful_timeout.
        @Test func escalates() throws {
            let setup = ServerSetup(workers: 2, settings: "graceful_timeout = \"1h\"")
            try Server.run(setup) { server in
                let client = try Gate(server: server, name: "never").enter()
                server.send(SIGTERM)
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"])
                server.send(SIGINT)
                try server.waitForEvent(.stopEscalated, ["signal": "SIGQUIT"])
                server.send(SIGINT)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// Scenario 22: a worker that does not leave in time is killed, and the log says so.
        @Test func killsWorkersThatExceedGracefulTimeout() throws {
            let setup = ServerSetup(workers: 1, settings: "graceful_timeout = \"300ms\"")
            try Server.run(setup) { server in
                server.expectErrors(.workerKilled, ["reason": "graceful_timeout"])
                server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                let client = try Gate(server: server, name: "never").enter()
                server.send(SIGTERM)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.count(.workerKilled) == 1)
            }
        }

        /// A worker stopped by SIGSTOP leaves as well.
        @Test func endsAStoppedWorker() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let worker = try server.waitForWorkers(2)[0]
                kill(worker, SIGSTOP)
                try wait(until: "a stopped worker") { ProcessTable.entry(worker)?.state == "T" }
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// A new connection is refused, though a request that still runs keeps the arbiter alive.
        @Test(arguments: [["127.0.0.1:0"], ["unix:server.sock"], ["127.0.0.1:0", "[::1]:0"]])
        func refusesConnectionsDuringAStop(bind: [String]) throws {
            try Server.run(ServerSetup(workers: 2, bind: bind)) { server in
                let gate = Gate(server: server, name: "slow")
                let client = try gate.enter()
                server.send(SIGTERM)
                try server.waitForEvent(.workerExited, ["status": 0])
                for _ in 1...3 {
                    #expect(throws: ConnectionFault.refused) { try Client(server.address) }
                }
                #expect(server.process.poll() == nil)
                try gate.open()
                try #expect(client.reply().status == 200)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// Queued connections are served for as long as it takes; later ones are refused, not reset.
        @Test(.enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"))
        func servesTheQueueAndRefusesLaterConnections() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let gate = Gate(server: server, name: "slow")
                let first = try gate.enter()
                let address = server.address
                let queued = try (0..<5).map { _ in
                    let client = try Client(address)
                    try client.send(Client.request("/sleep/200"))
                    return client
                }
                server.send(SIGTERM)
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"])
                try server.waitForArbiter()
                let late = Load(clients: 4, at: [address], limit: 1)
                try gate.open()
                for client in [first] + queued { try #expect(client.reply().status == 200) }
                #expect(late.finish().faults == [.refused: 4])
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// A connection that is being made when the stop begins is served or refused, never reset.
        @Test func resetsNoConnection() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let address = server.address
                let load = Load(clients: 8, at: [address])
                try load.waitForAnswers(200)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                let tally = load.stop()
                #expect(Set(tally.faults.keys).isSubset(of: [.refused]), "\(tally.faults)")
                #expect(tally.statuses == [:])
            }
        }

        /// Scenario 46: connections in the queue when the stop begins are served.
        @Test(
            .enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"),
            arguments: [["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"]]
        )
        func servesQueuedConnections(bind: [String]) throws {
            try Server.run(ServerSetup(workers: 1, bind: bind)) { server in
                let gate = Gate(server: server, name: "slow")
                let first = try gate.enter()
                let addresses = server.addresses
                let queued = try (0..<50).map { number in
                    let client = try Client(addresses[number % addresses.count])
                    try client.send(Client.request("/pid"))
                    return client
                }
                server.send(SIGTERM)
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"])
                try gate.open()
                for client in [first] + queued {
                    try #expect(client.reply().status == 200)
                }
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }
    }
}
