import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 46: between SIGTERM and the stop there is time for load balancers.
    @Suite struct StopDelayTests {
        @Test func servesOn() throws {
            let setup = ServerSetup(settings: "shutdown_delay = \"1h\"")
            try Server.run(setup) { server in
                let address = server.address
                let before = try server.waitForWorkers(2)
                let load = Load(clients: 2, at: [address])
                server.send(SIGTERM)
                try server.waitForEvent(.stopDelayed)
                try load.waitForAnswers(20)
                try #expect(before.contains(server.identify().process))
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(throws: ConnectionFault.refused) { try Client.get("/pid", at: address) }
            }
        }

        @Test func stopsByItselfAfterTheDelay() throws {
            try Server.run(ServerSetup(settings: "shutdown_delay = \"300ms\"")) { server in
                let address = server.address
                server.send(SIGTERM)
                try server.waitForEvent(.stopDelayed)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.count(.stopEscalated) == 0)
                #expect(throws: ConnectionFault.refused) { try Client.get("/pid", at: address) }
            }
        }

        /// A readiness check says no meanwhile, in workers that are spawned meanwhile too.
        @Test func saysThatItIsNotReady() throws {
            let settings = "shutdown_delay = \"1h\""
            let setup = ServerSetup(executable: .forktail, workers: 1, settings: settings)
            try Server.run(setup) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                try #expect(server.status(of: "/ready") == 200)
                server.send(SIGTERM)
                try server.waitForEvent(.stopDelayed)
                try #expect(server.status(of: "/ready") == 503)
                try #expect(server.status(of: "/plain") == 200)
                kill(try server.waitForWorkers(1)[0], SIGKILL)
                try server.waitForEvent(.workerExited, ["signal": "SIGKILL"])
                try #expect(server.status(of: "/ready") == 503)
                server.send(SIGINT)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// A second signal ends the delay.
        @Test(arguments: [SIGTERM, SIGINT])
        func endsAtASecondSignal(by signal: Int32) throws {
            let setup = ServerSetup(settings: "shutdown_delay = \"1h\"")
            try Server.run(setup) { server in
                server.send(SIGTERM)
                try server.waitForEvent(.stopDelayed)
                try #expect(server.status(of: "/pid") == 200)
                server.send(signal)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// A worker that dies meanwhile is replaced: the load balancer still sends requests.
        @Test func replacesAWorkerThatDies() throws {
            let setup = ServerSetup(workers: 1, settings: "shutdown_delay = \"1h\"")
            try Server.run(setup) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                let victim = try server.waitForWorkers(1)[0]
                server.send(SIGTERM)
                try server.waitForEvent(.stopDelayed)
                kill(victim, SIGKILL)
                try wait(until: "the end of \(victim)") { !ProcessTable.isAlive(victim) }
                try #expect(server.identify().process != victim)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }
    }
}
