import Testing

extension ProcessTests {
    @Suite struct FairnessTests {
        /// Scenario 50: eight workers have about the same to do, however many clients and listeners
        /// there are.
        ///
        /// One client at a time meets one worker after the other. Several make the workers compete
        /// for the processors, with whatever else runs there, so that only a kernel which prefers
        /// some of them (it can give one nearly everything) exceeds the wider limit.
        @Test(
            arguments: [(clients: 1, limit: 1.5), (clients: 4, limit: 4)],
            [["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"]]
        )
        func spreadsRequestsEvenly(load: (clients: Int, limit: Double), bind: [String]) throws {
            try Server.run(ServerSetup(workers: 8, bind: bind)) { server in
                try server.waitForWorkers(8)
                let requests = 1600 / load.clients
                let tally = Load(clients: load.clients, at: server.addresses, limit: requests)
                    .finish()
                #expect(tally.answered == 1600)
                #expect(tally.workers.count == 8)
                let counts = tally.workers.values.sorted()
                let least = Double(counts.first ?? 0)
                #expect(Double(counts.last ?? 0) < load.limit * least, "\(counts)")
            }
        }
    }
}
