import Glibc
import Testing

extension ProcessTests {
    @Suite struct FairnessTests {
        /// Scenario 50: every worker has as much to do as any other, however many clients and
        /// listeners there are.
        ///
        /// The handler waits a moment, so that the kernel's queue of workers decides and not the
        /// processors, which they share with whatever else runs there. What disturbs them all the
        /// same evens out in the long run; a kernel that prefers the last one to wait does not.
        @Test(
            arguments: [1, 4, 16],
            [
                ["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"],
                ["127.0.0.1:0", "unix:second.sock", "unix:third.sock"],
            ]
        )
        func spreadsRequestsEvenly(clients: Int, bind: [String]) throws {
            let limit = 480 / clients
            // The more workers are busy at a time, the longer they have to wait for processors.
            let path = "/sleep/\(1 + clients)"
            try Server.run(ServerSetup(workers: 8, bind: bind)) { server in
                try server.waitForWorkers(8)
                let addresses = server.addresses
                var shares: [pid_t: Int] = [:]
                for _ in 1...10 {
                    let load = Load(clients: clients, at: addresses, path: path, limit: limit)
                    let tally = load.finish()
                    #expect(tally.answered == clients * limit)
                    shares.merge(tally.workers, uniquingKeysWith: +)
                    if Self.isEven(Array(shares.values)) { return }
                }
                Issue.record("the requests are spread unevenly: \(shares.values.sorted())")
            }
        }

        /// Connections that come at once and live on are dealt out too; what disturbs a worker for
        /// a moment, such as the want of a processor, doesn't do so each time.
        @Test func spreadsKeptConnectionsEvenly() throws {
            try Server.run(ServerSetup(.event, workers: 4)) { server in
                try server.waitForWorkers(4)
                for _ in 1...10 {
                    let talks = try (0..<200).map { _ in try Conversation(server.address) }
                    var shares: [String: Int] = [:]
                    for talk in talks { shares[try talk.ask("/pid").text, default: 0] += 1 }
                    if Self.isEven(Array(shares.values), among: 4) { return }
                }
                Issue.record("the connections are spread unevenly")
            }
        }

        /// Workers back off for one that has fewer connections, but only briefly.
        @Test func servesAllBesideAHungWorker() throws {
            try Server.run(ServerSetup(.event, workers: 2)) { server in
                let stopped = try server.waitForWorkers(2)[0]
                try server.whileStopped(stopped) {
                    for _ in 0..<100 {
                        let talk = try Conversation(server.address)
                        let worker = try #require(WorkerIdentity(talk.ask("/pid").text))
                        #expect(worker.process != stopped)
                    }
                }
            }
        }

        private static func isEven(_ shares: [Int], among workers: Int = 8) -> Bool {
            guard shares.count == workers, let least = shares.min(), let most = shares.max() else {
                return false
            }
            return Double(most) < 1.5 * Double(least)
        }
    }
}
