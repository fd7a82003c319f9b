import ForktailTestSupport
import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct SignalTests {
        /// The process that starts the server may have blocked signals.
        @Test func actsOnSignalsThatWereBlockedAtTheStart() throws {
            var setup = ServerSetup(workers: 1)
            setup.wrapper = ["env", "--block-signal=TERM,HUP,CHLD"]
            try Server.run(setup) { server in
                try server.waitForWorkers(1)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// Scenario 25.
        @Test func countsEverySignalThatChangesTheNumberOfWorkers() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                for _ in 0..<5 { try server.sendCounted(SIGTTIN) }
                try server.waitForWorkers(7)
                for _ in 0..<10 { try server.sendCounted(SIGTTOU) }
                try server.waitForWorkers(1)
                // The last of them change nothing that could be waited for.
                try server.waitForArbiter()
                #expect(server.count(.signalReceived, ["signal": "SIGTTIN"]) == 5)
                #expect(server.count(.signalReceived, ["signal": "SIGTTOU"]) == 10)
                #expect(server.count(.commandRefused, ["reason": "last_worker"]) == 4)
                try #expect(server.identify().slot == 0)
            }
        }

        /// A worker ignores the arbiter's signals, for example when a whole session gets them.
        @Test func workersIgnoreArbiterSignals() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let before = try server.identify()
                for signal in [SIGHUP, SIGTTIN, SIGTTOU, SIGUSR2, SIGWINCH, SIGPIPE] {
                    kill(before.process, signal)
                }
                // A signal is delivered before the process does anything else.
                try #expect(server.identify() == before)
                try #expect(server.waitForWorkers(1) == [before.process])
            }
        }

        /// Scenario 21: a signal between the check of the stop flag and accept(2) is not missed.
        ///
        /// A storm of USR1 makes a worker come back from accept(2), reopen its logs and wait again
        /// all the time; TERM ends it after a random moment, anywhere in such a turn. The arbiter
        /// is stopped meanwhile, so that it does not repeat the signal. A worker that
        /// missed it is woken by the interval of its listener, a whole second later, since
        /// no client comes; one that did not is gone within a millisecond. What lies in between is
        /// noise of the machine, which hardly ever stops a process for 0.9 s: one is allowed, where
        /// a handler that only sets a flag loses ten of a thousand.
        @Test(arguments: [
            (["127.0.0.1:0"], rounds: 4), (["127.0.0.1:0", "unix:second.sock"], rounds: 2),
        ])
        func neverMissesStopSignal(bind: [String], rounds: Int) throws {
            var random = SeededGenerator(seed: 21)
            var delays: [Duration] = []
            let setup = ServerSetup(
                workers: 250,
                settings: "accesslog = \"access.log\"",
                bind: bind
            )
            for _ in 0..<rounds {
                try Server.run(setup) { server in
                    let workers = try server.waitForWorkers(250)
                    server.send(SIGSTOP)
                    for worker in workers {
                        let moment = Duration.microseconds(.random(in: 200..<1000, using: &random))
                        delays.append(try Self.leave(worker, after: moment))
                    }
                    // It would replace them all, for nothing.
                    server.send(SIGKILL)
                    server.expectedEnding = .signaled(SIGKILL)
                    server.leavesFiles = true
                }
            }
            #expect(delays.count == 250 * rounds)
            #expect(delays.count { $0 > .milliseconds(900) } <= 1)
        }

        /// Sends USR1 for a while, then TERM; gives the time that the worker took to leave.
        private static func leave(_ worker: pid_t, after moment: Duration) throws -> Duration {
            let start = ContinuousClock.now
            while ContinuousClock.now - start < moment { kill(worker, SIGUSR1) }
            kill(worker, SIGTERM)
            let asked = ContinuousClock.now
            try wait(until: "the end of \(worker)") { !ProcessTable.isAlive(worker) }
            return ContinuousClock.now - asked
        }
    }
}
