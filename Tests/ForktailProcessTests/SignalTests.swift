import Glibc
import Testing

extension ProcessTests {
    @Suite struct SignalTests {
        /// Scenario 25.
        @Test func countsEverySignalThatChangesTheNumberOfWorkers() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                for _ in 0..<5 { try server.sendCounted(SIGTTIN) }
                try server.waitForWorkers(7)
                for _ in 0..<10 { try server.sendCounted(SIGTTOU) }
                try server.waitForWorkers(1)
                #expect(server.countInLog("SIGTTIN from pid") == 5)
                #expect(server.countInLog("SIGTTOU from pid") == 10)
                #expect(server.countInLog("one worker has to stay") == 4)
                try #expect(server.identify().slot == 0)
            }
        }

        /// What is for the arbiter is ignored by a worker, for example when a whole session gets it.
        @Test func lacksEffectOnWorkersWhatIsForTheArbiter() throws {
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

        /// Scenario 21: a signal between "shall I stop?" and accept(2) is not slept through.
        ///
        /// Each worker is asked to leave by the test while the arbiter stands still, so that nobody
        /// repeats the signal, and at a moment that falls around its return to accept(2): just
        /// after it has answered. A worker that slept through the signal is woken by the interval of
        /// its listener, a whole second later, since no other client comes; one that did not is
        /// gone within a millisecond. What lies in between is noise of the machine, which hardly
        /// ever stops a process for 0.9 s: three in a thousand are let pass, where a handler that
        /// only sets a flag loses sixteen.
        @Test(arguments: [["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"]])
        func sleepsThroughNoRequestToLeave(bind: [String]) throws {
            var random = SplitMix64(seed: 21)
            var delays: [Duration] = []
            for _ in 0..<2 {
                try Server.run(ServerSetup(workers: 250, bind: bind)) { server in
                    let address = server.address
                    server.send(SIGSTOP)
                    for _ in 0..<250 {
                        delays.append(
                            try Self.leave(address, after: .random(in: 0..<400, using: &random))
                        )
                    }
                    #expect(server.workers == [])
                    server.send(SIGCONT)
                }
            }
            #expect(delays.count == 500)
            #expect(delays.count { $0 > .milliseconds(900) } <= 3)
        }

        /// Lets a worker answer, asks it to leave, and gives the time that it took.
        private static func leave(_ address: Address, after microseconds: Int) throws -> Duration {
            let reply = try Client.get("/pid", at: address)
            let worker = try #require(WorkerIdentity(reply.text)).process
            let answered = ContinuousClock.now
            while ContinuousClock.now - answered < .microseconds(microseconds) {}
            kill(worker, SIGTERM)
            let asked = ContinuousClock.now
            try wait(until: "the end of \(worker)") { !ProcessTable.isAlive(worker) }
            return ContinuousClock.now - asked
        }
    }
}
