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

        private static func isEven(_ shares: [Int]) -> Bool {
            guard shares.count == 8, let least = shares.min(), let most = shares.max() else {
                return false
            }
            return Double(most) < 1.5 * Double(least)
        }
    }
}
