import Testing

extension ProcessTests {
    @Suite struct FairnessTests {
        /// Scenario 50: every worker has something to do and none too much, however many clients and
        /// listeners there are.
        ///
        /// One client at a time meets one worker after the other. Several make the workers compete
        /// for the processors, with whatever else runs there, which keeps some from coming back to
        /// the queue; so only the busiest is judged, which a kernel that prefers the last one to
        /// wait makes give nearly all the answers.
        @Test(
            arguments: [(clients: 1, limit: 1.5), (clients: 4, limit: 3)],
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
                let busiest = tally.workers.values.max() ?? 0
                #expect(Double(busiest) < load.limit * 200, "\(tally.workers.values.sorted())")
            }
        }
    }
}
