import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// What a crash costs the other clients of the worker.
    @Suite struct EventCrashTests {
        private static func expectUnavailable(_ reply: Reply) {
            #expect(reply.status == 503)
            #expect(reply["Retry-After"] == "1")
            #expect(reply["Connection"] == "close")
        }

        /// The death report names the request of the thread that crashed, whatever others do.
        @Test func namesTheRequestOfTheThreadThatCrashed() throws {
            try Server.run(ServerSetup(.threads)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let load = Load(clients: 8, at: [server.address])
                for count in 1...5 {
                    _ = try? Client.get("/crash-by/\(SIGSEGV)", at: server.address)
                    try server.waitForEvent(.workerExited, ["signal": "SIGSEGV"], count: count)
                }
                _ = load.stop()
                for record in server.records(.workerExited, ["signal": "SIGSEGV"]) {
                    #expect(record.text("target") == "/crash-by/\(SIGSEGV)")
                }
            }
        }

        /// Clients that wait for an answer get a 503 with Retry-After; idle ones get nothing.
        @Test(arguments: kinds)
        func answersOtherClientsWith503AtACrash(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let idle = try Conversation(server.address)
                #expect(try idle.ask("/pid").status == 200)
                let silent = try Conversation(server.address)
                let half = try Conversation(server.address)
                try half.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
                let head = try Conversation(server.address)
                try head.send("GET /pid HTTP/1.1\r\n")
                let large = try Conversation(server.address)
                let begin = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n"
                try large.send(begin + String(repeating: "x", count: 70_000))
                #expect(try idle.ask("/sleep/100").status == 200)
                let culprit = try Conversation(server.address)
                let reply = try culprit.ask("/crash-by/\(SIGSEGV)")
                #expect(reply.status == 500)
                for talk in [half, head, large] {
                    try Self.expectUnavailable(talk.reply())
                    try talk.expectEnd()
                }
                try idle.expectEnd()
                try silent.expectEnd()
                let line = try server.waitForEvent(.workerExited, ["signal": "SIGSEGV"])
                #expect(line.text("target") == "/crash-by/\(SIGSEGV)")
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        /// With threads, other requests are in their handlers or wait for a free thread.
        @Test func answersRequestsOfOtherThreadsWith503AtACrash() throws {
            try Server.run(ServerSetup(.threads)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let gates = (0..<3).map { Gate(server: server, name: "other-\($0)") }
                let running = try gates.map { gate in
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request(gate.path))
                    try wait(until: "a worker in the handler") { gate.worker != nil }
                    return talk
                }
                let crash = Gate(server: server, name: "crash", handler: "crash-gate")
                let culprit = try Conversation(server.address)
                try culprit.send(Conversation.request(crash.path))
                try wait(until: "a worker in the handler") { crash.worker != nil }
                let queued = try (0..<5).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request("/big/1"))
                    try server.waitUntilRead(talk.client)
                    return talk
                }
                try crash.open()
                #expect(try culprit.reply().status == 500)
                for talk in running + queued {
                    try Self.expectUnavailable(talk.reply())
                    try talk.expectEnd()
                }
                let line = try server.waitForEvent(.workerExited, ["signal": "SIGSEGV"])
                #expect(line.text("target") == crash.path)
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        /// Without threads, other requests have arrived but were not received.
        @Test func answersUnreceivedRequestsWith503AtACrash() throws {
            try Server.run(ServerSetup(.event)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let kept = try (0..<5).map { _ in
                    let talk = try Conversation(server.address)
                    #expect(try talk.ask("/pid").status == 200)
                    return talk
                }
                let gate = Gate(server: server, name: "crash")
                let culprit = try Conversation(server.address)
                try culprit.send(Conversation.request("/crash-gate/crash"))
                try wait(until: "a worker in the handler") { gate.worker != nil }
                for talk in kept.dropFirst(2) { try talk.send(Conversation.request("/pid")) }
                try kept[1].send(Conversation.request("/pid", method: "HEAD"))
                try gate.open()
                #expect(try culprit.reply().status == 500)
                for talk in kept.dropFirst(2) { try Self.expectUnavailable(talk.reply()) }
                try Self.expectUnavailable(kept[1].reply(toHead: true))
                for talk in kept { try talk.expectEnd() }
            }
        }

        /// A request that arrives while the crash handler waits for its own client gets a 503.
        @Test(arguments: kinds)
        func answersRequestsDuringACrashWith503(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                try wait(until: "a round in time", within: .seconds(60)) {
                    try Self.askMeanwhile(server)
                }
            }
        }

        /// Asks between 10 and 20 ms after the crash, which is how long the handler waits at least.
        ///
        /// - Returns: Whether it was in time, for the machine may be busy.
        private static func askMeanwhile(_ server: Server) throws -> Bool {
            let deaths = server.count(.workerExited)
            let others = try (0..<3).map { _ in
                let talk = try Conversation(server.address)
                #expect(try talk.ask("/pid").status == 200)
                return talk
            }
            let culprit = try Conversation(server.address)
            let start = ContinuousClock.now
            try culprit.send(Conversation.request("/crash-by/\(SIGSEGV)"))
            pause(milliseconds: 14)
            let requests = Result {
                for talk in others { try talk.send(Conversation.request("/pid")) }
            }
            guard ContinuousClock.now - start < .milliseconds(19) else {
                try server.waitForEvent(.workerExited, count: deaths + 1)
                return false
            }
            try requests.get()
            // The answer is 200 where the crash itself comes late.
            for talk in others { #expect(try [200, 503].contains(talk.reply().status)) }
            return true
        }

        /// An answer that has begun must not look complete.
        @Test(arguments: kinds)
        func cutsTheAnswersOfTheOthers(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let reader = try Client(server.address)
                try reader.send("GET /flow/10000 HTTP/1.0\r\n\r\n")
                _ = try reader.read(upTo: 1000)
                let culprit = try Conversation(server.address)
                #expect(try culprit.ask("/crash-by/\(SIGSEGV)").status == 500)
                #expect(throws: ConnectionFault.reset) { try reader.readToEnd() }
            }
        }

        /// The report is about the request that crashed, not about one that runs beside it.
        @Test func reportsTheRightRequest() throws {
            try Server.run(ServerSetup(.threads)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGBUS"])
                for round in 0..<5 {
                    let gates = (0..<3).map { Gate(server: server, name: "by-\(round)-\($0)") }
                    let others = try gates.map { gate in
                        let talk = try Conversation(server.address)
                        try talk.send(Conversation.request(gate.path))
                        try wait(until: "a worker in the handler") { gate.worker != nil }
                        return talk
                    }
                    let target = "/crash-by/\(SIGBUS)?round=\(round)"
                    #expect(try Conversation(server.address).ask(target).status == 500)
                    let line = try server.waitForEvent(
                        .workerExited,
                        ["signal": "SIGBUS"],
                        count: round + 1
                    )
                    #expect(line.text("target") == target, "\(line)")
                    for talk in others { try Self.expectUnavailable(talk.reply()) }
                    try server.waitForWorkers(1)
                }
            }
        }

        /// The same where the crash is in a thread that reads a large body.
        @Test(arguments: kinds)
        func reportsACrashBehindALargeBody(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGBUS"])
                let talk = try Conversation(server.address)
                let body = String(repeating: "x", count: 200_000)
                let target = "/upload-crash/\(SIGBUS)"
                #expect(try talk.ask(target, method: "POST", body: body).status == 500)
                let line = try server.waitForEvent(.workerExited, ["signal": "SIGBUS"])
                #expect(line.text("target") == target && line.text("method") == "POST", "\(line)")
            }
        }
    }
}
