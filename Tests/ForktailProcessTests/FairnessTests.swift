import Testing

extension ProcessTests {
    @Suite struct FairnessTests {
        /// Scenario 50: eight workers have about the same to do, however many clients and listeners
        /// there are.
        @Test(arguments: [1, 4], [["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"]])
        func spreadsRequestsEvenly(clients: Int, bind: [String]) throws {
            try Server.run(ServerSetup(workers: 8, bind: bind)) { server in
                try server.waitForWorkers(8)
                let load = Load(clients: clients, at: server.addresses, limit: 1600 / clients)
                let tally = load.finish()
                #expect(tally.answered == 1600)
                #expect(tally.workers.count == 8)
                let counts = tally.workers.values.sorted()
                let least = Double(counts.first ?? 0)
                #expect(Double(counts.last ?? 0) < 1.5 * least, "\(counts)")
            }
        }
    }
}
