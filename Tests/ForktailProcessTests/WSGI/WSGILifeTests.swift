import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// The life of a worker is that of the other classes, since forktail's own code runs in it.
    @Suite(.serialized) struct WSGILifeTests {
        /// No request is lost over a reload, a killed worker's own excepted.
        @Test(arguments: [0, 2]) func reloadsUnderLoad(threads: Int) throws {
            try PythonSite(threads: threads, workers: 2).run { server in
                let before = try server.waitForWorkers(2)
                let load = Load(clients: 3, at: [server.address])
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                try #expect(Set(server.waitForWorkers(2)).isDisjoint(with: before))
            }
        }

        @Test func upgradesUnderLoad() throws {
            try PythonSite(workers: 2).run { server in
                let load = Load(clients: 3, at: [server.address])
                let new = try server.upgrade()
                try server.waitForWorkers(2, of: new)
                try server.handOver(to: new)
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
            }
        }

        /// The request that runs is finished, and what waits in the queue is answered.
        @Test(arguments: [0, 1]) func finishesAtAGracefulStop(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                let running = try Client(server.address)
                try running.send(Client.request("/gate?\(server.directory.path(of: "gate"))"))
                try wait(until: "the handler") { server.directory.contains("gate.entered") }
                let waiting = try Client(server.address)
                try waiting.send(Client.request("/ok"))
                server.send(SIGTERM)
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"])
                try server.directory.write("", to: "gate")
                try #expect(running.reply().text == "ok\n")
                try #expect(waiting.reply().text == "ok\n")
            }
        }

        /// A worker leaves after what the application does behind a response.
        @Test(arguments: [0, 1]) func endsWhatIsBehindAResponse(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                let client = try Client(server.address)
                let gate = server.directory.path(of: "gate")
                try client.send(Client.request("/paced-end?\(gate)"))
                try client.expect("first")
                server.send(SIGTERM)
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"])
                try server.directory.write("", to: "gate")
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.directory.contains("gate.ended"))
            }
        }

        @Test(arguments: [0, 1]) func finishesWhatAnExecutorHas(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                let place = server.directory.path(of: "later")
                try #expect(server.get("/later?\(place)").status == 200)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
                #expect(server.directory.contains("later"))
            }
        }

        @Test func recyclesByRequests() throws {
            try PythonSite(settings: "max_requests = 5").run { server in
                let first = try server.get("/identity").text
                for _ in 1...5 { try #expect(server.status(of: "/ok") == 200) }
                try server.waitForEvent(.workerRecycled)
                try wait(until: "another worker") { try server.get("/identity").text != first }
            }
        }

        /// A line for each request, also for that of a worker that was killed.
        @Test func writesTheAccessLog() throws {
            let site = PythonSite(settings: "accesslog = \"access.log\"")
            try site.run { server in
                try #expect(server.status(of: "/ok") == 200)
                let client = try Client(server.address)
                try client.send(Client.request("/sleep?60"))
                let worker = try server.worker(serving: client)
                try server.waitUntilRead(client)
                kill(worker, SIGKILL)
                let lines = try server.waitForAccessLines(2)
                #expect(lines.first?.contains("\"GET /ok HTTP/1.1\"") == true)
                #expect(lines.last?.contains("\"GET /sleep?60 HTTP/1.1\"") == true)
                server.expectErrors(.workerExited)
                #expect(throws: ConnectionFault.self) { try client.reply() }
            }
        }

        /// A database connection that belongs to a thread lives on from request to request.
        @Test(arguments: [0, 1]) func keepsWhatBelongsToAThread(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                for count in 1...3 {
                    try #expect(server.get("/thread-local").text == "\(count)")
                }
            }
        }

        /// One connection carries many requests where there are threads.
        @Test func keepsConnectionsWithThreads() throws {
            try PythonSite(threads: 2).run { server in
                let conversation = try Conversation(server.address)
                for path in ["/ok", "/generator", "/sized", "/read", "/file"] {
                    try #expect(conversation.ask(path).status == 200, "\(path)")
                }
            }
        }
    }
}
