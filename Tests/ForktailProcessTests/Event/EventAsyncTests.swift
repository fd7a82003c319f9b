import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Asynchronous handlers that share the loop of a worker.
    @Suite struct EventAsyncTests {
        private static func setup(_ settings: String = "") -> ServerSetup {
            ServerSetup(
                executable: .asyncApp,
                workers: 1,
                settings: "worker_class = \"event\"\n\(settings)"
            )
        }

        /// Sends a request, and leaves its connection open.
        private static func begin(_ path: String, _ server: Server) throws -> Conversation {
            let talk = try Conversation(server.address)
            try talk.send(Conversation.request(path))
            return talk
        }

        private static func waitForHandlers(_ count: Int, _ server: Server) throws {
            try wait(until: "\(count) handlers that wait") {
                try server.get("/waiting").text == "\(count)\n"
            }
        }

        /// Handlers wait beside each other, and no thread is started for them.
        @Test func servesOthersWhileHandlersWait() throws {
            try Server.run(Self.setup()) { server in
                let threads = try server.get("/threads").text
                #expect(threads == "1\n" || ServerSetup.isSanitized)
                let waiting = try (0..<50).map { _ in try Self.begin("/gate/a", server) }
                try Self.waitForHandlers(50, server)
                for kind in ["yield", "async-let", "group", "actor", "main-actor", "request-sleep"]
                {
                    #expect(try server.get("/wait/\(kind)").text == "\(kind)\n")
                }
                #expect(try server.get("/threads").text == threads)
                for talk in waiting { #expect(talk.isSilent) }
                _ = try server.get("/open/a")
                for talk in waiting { #expect(try talk.reply().status == 200) }
                for talk in waiting { #expect(try talk.ask("/pid").status == 200) }
            }
        }

        /// Requests behind one whose handler waits get their responses in order.
        @Test func answersPipelinedRequestsInOrder() throws {
            try Server.run(Self.setup()) { server in
                let talk = try Conversation(server.address)
                let paths = ["/wait/yield", "/wait/request-sleep", "/wait/group", "/wait/actor"]
                try talk.send(paths.map { Conversation.request($0) }.joined())
                for path in paths { #expect(try talk.reply().text == "\(path.dropFirst(6))\n") }
            }
        }

        /// Of five handlers that run in turns one traps: its client gets a 500, the others a 503, and
        /// the report names its request.
        @Test func namesTheRequestOfACrash() throws {
            try Server.run(Self.setup()) { server in
                server.expectDeaths()
                let kinds = ["yield", "continuation", "async-let", "group", "actor", "sleep"]
                for (round, kind) in kinds.enumerated() {
                    let targets = (0..<5).map { "/crash-in/\(kind)?\($0)" }
                    let talks = try targets.map { try Self.begin($0, server) }
                    try Self.waitForHandlers(5, server)
                    _ = try? server.get("/open/crash")
                    let replies = try talks.map { try $0.reply().status }
                    let line = try server.waitForEvent(.workerExited, count: round + 1)
                    let crashed = zip(targets, replies).filter { $0.1 == 500 }.map { $0.0 }
                    #expect(crashed == [line.text("target")], "\(replies)")
                    #expect(replies.filter { $0 == 503 }.count == 4)
                    try server.waitForWorkers(1)
                }
            }
        }

        /// Handlers that never wait have one task, one after the other; still each is its request's.
        @Test func tellsRequestsOfOneTaskApart() throws {
            try Server.run(Self.setup("accesslog = \"access.log\"")) { server in
                server.expectDeaths()
                let talk = try Conversation(server.address)
                for _ in 0..<3 {
                    #expect(try talk.ask("/cancel-self").text == "fresh\n")
                    #expect(try talk.ask("/pid").status == 200)
                }
                let line = try Control.object(server.waitForAccessLines(6)[5])
                #expect(line["queue_seconds"] as? Double ?? -1 >= 0)
                let other = try Self.begin("/gate/a", server)
                try Self.waitForHandlers(1, server)
                #expect(try talk.ask("/crash?it").status == 500)
                #expect(try other.reply().status == 503)
                try server.waitForEvent(.workerExited, ["target": "/crash?it"])
                try server.waitForWorkers(1)
            }
        }

        /// A handler that exceeds `timeout` is cancelled, whether it obeys or not, and the worker stays.
        @Test func cancelsHandlersThatExceedTimeout() throws {
            try Server.run(Self.setup("timeout = 3")) { server in
                server.expectErrors(.handlerTimedOut)
                let before = try server.identify()
                let talks = try ["/forever", "/stubborn", "/cleanup", "/last-words"].map {
                    try Self.begin($0, server)
                }
                let statuses = try talks.map { try $0.reply().status }
                #expect(statuses == [504, 504, 504, 200])
                try server.waitForEvent(.handlerTimedOut, count: 3)
                try server.waitForRecord("the handler's own end") { $0.line.contains("cleaned up") }
                #expect(try server.identify().process == before.process)
            }
        }

        /// A handler that blocks the loop is still found: the arbiter aborts the worker.
        @Test func abortsAWorkerWhoseHandlerBlocks() throws {
            try Server.run(Self.setup("timeout = 3")) { server in
                server.expectErrors(.workerAborted)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                let other = try Self.begin("/gate/a", server)
                try Self.waitForHandlers(1, server)
                #expect(try server.get("/spin").status == 504)
                #expect(try other.reply().status == 503)
                let line = try server.waitForEvent(.workerExited)
                #expect(line.text("target") == "/spin")
                try server.waitForWorkers(1)
            }
        }

        /// Where the client leaves, its handler is cancelled.
        @Test(arguments: [true, false])
        func cancelsHandlersOfClientsThatLeave(resets: Bool) throws {
            try Server.run(Self.setup()) { server in
                let talk = try Self.begin("/cleanup", server)
                #expect(try server.status(of: "/pid") == 200)
                if resets { talk.client.reset() } else { talk.client.closeSocket() }
                try server.waitForRecord("the handler's own end") { $0.line.contains("cleaned up") }
                try server.waitForEvent(.responseUndelivered)
            }
        }

        /// The same where the handler has read a body that came while it ran.
        @Test(arguments: [true, false])
        func cancelsHandlersThatHaveReadALargeBody(leaves: Bool) throws {
            try Server.run(Self.setup(leaves ? "timeout = 0" : "timeout = 3")) { server in
                server.expectErrors(.handlerTimedOut)
                let before = try server.identify()
                let talk = try Conversation(server.address)
                let body = String(repeating: "x", count: 300_000)
                try talk.send(
                    "POST /upload-forever HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n"
                        + body
                )
                if leaves {
                    try server.waitUntilRead(talk.client)
                    talk.client.reset()
                } else {
                    #expect(try talk.reply().status == 504)
                }
                try server.waitForRecord("the handler's own end") { $0.line.contains("cleaned up") }
                #expect(try server.identify().process == before.process)
            }
        }

        /// A reload lets handlers end, and cancels those that would outlive `graceful_timeout`.
        @Test func cancelsHandlersBeforeTheEndOfAStop() throws {
            try Server.run(Self.setup("graceful_timeout = 6")) { server in
                let short = try Self.begin("/sleep/500", server)
                let long = try Self.begin("/cleanup", server)
                let before = try server.identify()
                server.send(SIGHUP)
                #expect(try WorkerIdentity(short.reply().text)?.process == before.process)
                #expect(try long.reply().status == 503)
                // The worker waits for a client that does not close.
                long.client.closeSocket()
                let line = try server.waitForEvent(.workerExited)
                #expect(line.number("status") == 0, "\(line)")
            }
        }

        /// A function that is not asynchronous would block the loop.
        @Test func refusesToBlockForABody() throws {
            try Server.run(Self.setup()) { server in
                let large = String(repeating: "x", count: 300_000)
                let talk = try Conversation(server.address)
                let reply = try talk.ask("/blocking-upload", method: "POST", body: large)
                #expect(reply.status == 500 && reply.text.contains("has to be read with await"))
                let other = try Conversation(server.address)
                #expect(
                    try other.ask("/blocking-upload", method: "POST", body: "abc").text == "3\n"
                )
            }
        }

        @Test func sendsEventsAsTheyCome() throws {
            try Server.run(Self.setup()) { server in
                let talk = try Self.begin("/events", server)
                var received = ""
                for number in 1...3 {
                    try wait(until: "event \(number)") {
                        received += try String(decoding: talk.client.read(), as: UTF8.self)
                        return received.contains("data: \(number)\n")
                    }
                    #expect(!received.contains("data: \(number + 1)\n"))
                    _ = try server.get("/open/event-\(number)")
                }
                try wait(until: "the last chunk") {
                    received += try String(decoding: talk.client.read(), as: UTF8.self)
                    return received.hasSuffix("\r\n0\r\n\r\n")
                }
            }
        }

        /// A sequence that gives nothing for `timeout` is cut, and so is one whose client has left.
        @Test func cutsSequencesThatGiveNothing() throws {
            try Server.run(Self.setup("timeout = 3")) { server in
                server.expectErrors(.responseCut)
                let client = try Client(server.address)
                try client.send(Client.request("/silent"))
                #expect(throws: ConnectionFault.reset) { try client.readToEnd() }
                try server.waitForEvent(.responseCut)
            }
            try Server.run(Self.setup()) { server in
                let talk = try Self.begin("/silent", server)
                try wait(until: "the first piece") {
                    try String(decoding: talk.client.read(), as: UTF8.self).contains("first")
                }
                talk.client.closeSocket()
                try server.waitForEvent(.responseUndelivered)
            }
        }
    }
}
