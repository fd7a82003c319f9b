import ForktailTestSupport
import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Stops and reloads while connections are kept.
    @Suite struct EventStopTests {
        @Test(arguments: kinds, [SIGTERM, SIGHUP])
        func closesIdleConnectionsInOrder(kind: WorkerKind, signal: Int32) throws {
            try Server.run(ServerSetup(kind, workers: 2)) { server in
                let before = try server.waitForWorkers(2)
                let kept = try (0..<20).map { _ in
                    let talk = try Conversation(server.address)
                    #expect(try talk.ask("/pid").status == 200)
                    return talk
                }
                server.send(signal)
                for talk in kept { try talk.expectEnd() }
                if signal == SIGTERM {
                    try #expect(server.process.waitForEnd() == .exited(0))
                } else {
                    try server.waitForEvent(.reloadCompleted, ["generation": 2])
                    try #expect(Set(server.waitForWorkers(2)).isDisjoint(with: before))
                    #expect(try server.status(of: "/pid") == 200)
                }
            }
        }

        /// What is sent at the moment of the signal is answered, or not taken at all; a reset would
        /// leave the client to guess.
        @Test(arguments: kinds)
        func answersAtTheMomentOfAReload(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, workers: 2)) { server in
                var random = SeededGenerator(seed: .random(in: 0...UInt64.max))
                var closed = 0
                for _ in 0..<200 {
                    let talk = try Self.keptConnection(to: server)
                    let start = ContinuousClock.now
                    server.send(SIGHUP)
                    pause(milliseconds: .random(in: 0..<15, using: &random))
                    let isAnswered = try Self.askAtTheEnd(talk)
                    if !isAnswered, ContinuousClock.now - start < .seconds(1) { closed += 1 }
                }
                // A worker that is replaced has two seconds for its clients.
                #expect(closed == 0)
                let last = try Conversation(server.address)
                #expect(try last.ask("/pid").status == 200)
            }
        }

        @Test(arguments: kinds)
        func answersAtTheMomentOfTERM(kind: WorkerKind) throws {
            var random = SeededGenerator(seed: .random(in: 0...UInt64.max))
            for _ in 0..<20 {
                try Server.run(ServerSetup(kind, workers: 1)) { server in
                    let talks = try (0..<10).map { _ in
                        let talk = try Conversation(server.address)
                        #expect(try talk.ask("/pid").status == 200)
                        return talk
                    }
                    server.send(SIGTERM)
                    for talk in talks {
                        _ = try Self.askAtTheEnd(talk)
                        // Else the worker waits a second for it to close, which is not the point.
                        talk.client.closeSocket()
                        pause(milliseconds: .random(in: 0..<25, using: &random))
                    }
                    try #expect(server.process.waitForEnd() == .exited(0))
                }
            }
        }

        /// A connection that has been used and may be used again.
        private static func keptConnection(to server: Server) throws -> Conversation {
            try eventually("a connection that is kept") {
                let talk = try Conversation(server.address)
                return try talk.ask("/pid")["Connection"] == nil ? talk : nil
            }
        }

        /// Sends a request, and says whether it was answered; if not, the end must be clean.
        private static func askAtTheEnd(_ talk: Conversation) throws -> Bool {
            // A request sent after `Connection: close` need not be answered.
            if talk.hasEnded { return false }
            do {
                try talk.send(Conversation.request("/pid"))
                #expect(try talk.reply().status == 200)
                return true
            } catch ConnectionFault.short {
                return false
            }
        }

        /// Begun requests, and those pipelined after them, get answers or a clean close.
        @Test(arguments: kinds, [SIGTERM, SIGHUP])
        func finishesBegunAndPipelinedRequests(kind: WorkerKind, signal: Int32) throws {
            try Server.run(ServerSetup(kind, workers: 1)) { server in
                let half = try Conversation(server.address)
                #expect(try half.ask("/pid").status == 200)
                try half.send("GET /pid HTTP/1.1\r\n")
                let gate = Gate(server: server, name: "slow")
                let talk = try Conversation(server.address)
                try talk.send(Conversation.request(gate.path) + Conversation.request("/pid"))
                try wait(until: "a worker in the handler") { gate.worker != nil }
                server.send(signal)
                try server.waitForEvent(signal == SIGTERM ? .signalReceived : .workerRetired)
                try server.waitForArbiter()
                try half.send("Host: a\r\n\r\n")
                try gate.open()
                let reply = try talk.reply()
                #expect(reply.status == 200)
                #expect(reply["Connection"] == "close")
                try talk.expectEnd()
                #expect(try half.reply().status == 200)
                try half.expectEnd()
            }
        }

        /// An answer that is being sent, and a body that is being received.
        @Test(arguments: kinds)
        func finishesResponsesAndBodiesInTransit(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, workers: 1)) { server in
                let reader = try Conversation(server.address)
                try reader.send(Conversation.request("/flow/1000"))
                let writer = try Conversation(server.address)
                let head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n"
                try writer.send(head + String(repeating: "x", count: 100_000))
                pause(milliseconds: 50)
                server.send(SIGTERM)
                try server.waitForEvent(.signalReceived, ["signal": "SIGTERM"])
                pause(milliseconds: 300)
                try writer.send(String(repeating: "x", count: 100_000))
                #expect(try writer.reply().text == "200000\n")
                #expect(try reader.reply().body.count == 1000 * 16_384)
                try reader.expectEnd()
                try writer.expectEnd()
            }
        }

        /// A quick stop must not let a part of an answer look complete.
        @Test(arguments: kinds)
        func cutsResponsesInTransitAtAQuickStop(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, workers: 1)) { server in
                server.expectErrors(.workerKilled)
                server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                let reader = try Client(server.address)
                try reader.send("GET /flow/10000 HTTP/1.0\r\n\r\n")
                var waiting: [Client] = []
                if kind == .threads {
                    let client = try Client(server.address)
                    try client.send("GET /gate-stream/piece HTTP/1.0\r\n\r\n")
                    try wait(until: "a stream that waits") {
                        server.directory.contains("piece.entered")
                    }
                    waiting.append(client)
                }
                _ = try reader.read(upTo: 1000)
                server.send(SIGINT)
                for client in [reader] + waiting {
                    #expect(throws: ConnectionFault.reset) { try client.readToEnd() }
                }
            }
        }

        /// A worker whose arbiter was killed leaves within `graceful_timeout`, whatever it is doing.
        @Test(arguments: kinds)
        func endsWithoutItsArbiter(kind: WorkerKind) throws {
            let settings = "timeout = 0\ngraceful_timeout = \"2s\""
            try Server.run(ServerSetup(kind, workers: 1, settings: settings)) { server in
                server.leavesFiles = true
                server.expectedEnding = .signaled(SIGKILL)
                let worker = try server.waitForWorkers(1)[0]
                let idle = try Conversation(server.address)
                #expect(try idle.ask("/pid").status == 200)
                let stuck = try Conversation(server.address)
                let path = kind == .threads ? "/hang" : "/upload-hang"
                let body = String(repeating: "x", count: 200_000)
                try stuck.send(Conversation.request(path, method: "POST", body: body))
                pause(milliseconds: 50)
                server.process.send(SIGKILL)
                try idle.expectEnd()
                try wait(until: "the end of the worker", within: .seconds(10)) {
                    !ProcessTable.isAlive(worker)
                }
            }
        }

        /// Kept connections lose no request while max_requests replaces workers.
        @Test(arguments: kinds)
        func losesNothingWhenWorkersAreRecycled(kind: WorkerKind) throws {
            let settings = "max_requests = 150\nmax_requests_jitter = 100"
            try Server.run(ServerSetup(kind, workers: 3, settings: settings)) { server in
                let load = KeptLoad(clients: 8, at: server.address)
                try server.waitForEvent(.workerRecycled, ["reason": "max_requests"], count: 6)
                let tally = load.stop()
                #expect(tally.faults.isEmpty && tally.statuses.isEmpty, "\(tally)")
                #expect(tally.answered > 900)
                #expect(load.announcedEnds > 0)
            }
        }

        /// From one class to the other and back, under load of both kinds of clients.
        @Test(arguments: kinds)
        func changesItsClass(kind: WorkerKind) throws {
            try Server.run(ServerSetup(.sync, workers: 3)) { server in
                let kept = KeptLoad(clients: 4, at: server.address)
                let short = Load(clients: 2, at: [server.address])
                for round in 1...3 {
                    for next in [kind, .sync] {
                        try server.reload(next.classSettings)
                        let generation = round * 2 + (next == .sync ? 1 : 0)
                        try server.waitForEvent(.reloadCompleted, ["generation": generation])
                        try kept.waitForAnswers(20)
                        try short.waitForAnswers(20)
                    }
                }
                let (tally, shortTally) = (kept.stop(), short.stop())
                #expect(tally.lost == 0, "\(tally)")
                #expect(shortTally.lost == 0, "\(shortTally)")
            }
        }
    }
}
