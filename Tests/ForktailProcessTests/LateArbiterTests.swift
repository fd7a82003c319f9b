import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// A worker that beats is not killed because the arbiter itself is late.
    @Suite struct LateArbiterTests {
        /// The arbiter is held up for longer than `timeout` between each wait and its look at the clock.
        @Test func sparesWorkersWhoseBeatsItReadsLate() throws {
            let setup = Self.setup(timeout: "2s", environment: ["LATE_POLL": "2100"])
            try Server.run(setup) { server in
                let before = try server.waitForWorkers(2)
                pause(milliseconds: 10_000)
                #expect(server.workers == before)
                // The stop, in which a worker of class sync waits for the arbiter, is not the subject.
                server.expectErrors(.workerAborted, .workerKilled, .workerExited)
            }
        }

        /// The arbiter is stopped for longer than `timeout`, at any moment.
        @Test func sparesWorkersThatBeatWhileItWasStopped() throws {
            try Server.run(Self.setup(timeout: "2s")) { server in
                let before = try server.waitForWorkers(2)
                for _ in 0..<3 {
                    pause(milliseconds: Double.random(in: 0..<300))
                    server.send(SIGSTOP)
                    pause(milliseconds: Double.random(in: 2050..<2500))
                    server.send(SIGCONT)
                }
                try server.waitForArbiter()
                #expect(server.workers == before)
            }
        }

        /// A worker that hangs is found by a late arbiter, too.
        @Test func abortsAHungWorkerAllTheSame() throws {
            let setup = Self.setup(environment: ["LATE_POLL": "450"])
            try Server.run(setup) { server in
                server.expectErrors(.workerAborted, .workerKilled, .workerExited)
                let victim = try server.waitForWorkers(2)[0]
                kill(victim, SIGSTOP)
                try wait(until: "the end of the stopped worker") {
                    !server.workers.contains(victim)
                }
                try server.waitForWorkers(2)
            }
        }

        private static func setup(
            timeout: String = "400ms",
            environment: [String: String] = [:]
        ) -> ServerSetup {
            ServerSetup(
                workers: 2,
                settings: "timeout = \"\(timeout)\"",
                environment: environment
            )
        }
    }
}
