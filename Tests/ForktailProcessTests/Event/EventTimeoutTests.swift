import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Handlers that never end.
    @Suite struct EventTimeoutTests {
        /// Without threads the whole loop hangs: the worker is aborted.
        @Test func answersTheClientsOfAHungLoop() throws {
            try Server.run(ServerSetup(.event, settings: "timeout = \"3s\"")) { server in
                server.expectErrors(.workerAborted)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                let kept = try Conversation(server.address)
                #expect(try kept.ask("/pid").status == 200)
                let half = try Conversation(server.address)
                try half.send("GET /pid HTTP/1.1\r\n")
                #expect(try kept.ask("/pid").status == 200)
                let stuck = try Conversation(server.address)
                try stuck.send(Conversation.request("/hang"))
                try server.waitUntilRead(stuck.client)
                try kept.send(Conversation.request("/pid"))
                #expect(try stuck.reply().status == 504)
                for talk in [half, kept] {
                    let reply = try talk.reply()
                    #expect(reply.status == 503)
                    #expect(reply["Retry-After"] == "1")
                }
                try server.waitForEvent(.workerExited, ["signal": "SIGABRT"])
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        /// With threads only one request is stuck: it gets a 504, and the others are served.
        @Test func replacesAWorkerWithAStuckThread() throws {
            try Server.run(ServerSetup(.threads, settings: "timeout = \"5s\"")) { server in
                server.expectErrors(.handlerTimedOut)
                let worker = try server.waitForWorkers(1)[0]
                let stuck = try Conversation(server.address)
                try stuck.send(Conversation.request("/hang"))
                pause(milliseconds: 2500)
                let gate = Gate(server: server, name: "slow")
                let slow = try Conversation(server.address)
                try slow.send(Conversation.request(gate.path))
                try wait(until: "a worker in the handler") { gate.worker != nil }
                #expect(gate.worker == worker)
                let reply = try stuck.reply()
                #expect(reply.status == 504)
                #expect(reply["Connection"] == "close")
                try stuck.expectEnd()
                try gate.open()
                #expect(try WorkerIdentity(slow.reply().text)?.process == worker)
                try server.waitForEvent(.handlerTimedOut, ["request": Containing("GET /hang ")])
                try server.waitForEvent(.workerRecycled, ["reason": "stuck_thread"])
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
                let next = try server.waitForWorkers(1)
                #expect(next != [worker])
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        /// Even where all threads are stuck, and more requests wait for one.
        @Test func survivesThatAllThreadsAreStuck() throws {
            try Server.run(ServerSetup(.threads, settings: "timeout = \"5s\"")) { server in
                server.expectErrors(.handlerTimedOut, .threadMissing)
                let worker = try server.waitForWorkers(1)[0]
                let stuck = try (0..<4).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request("/hang"))
                    return talk
                }
                pause(milliseconds: 2500)
                let waiting = try (0..<3).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request("/big/2"))
                    return talk
                }
                for talk in stuck { #expect(try talk.reply().status == 504) }
                // Those that waited have the threads in the place of the stuck ones.
                for talk in waiting { #expect(try talk.reply().status == 200) }
                try server.waitForEvent(.handlerTimedOut, count: 4)
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
                try server.waitForWorkers(1)
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        /// A request that gets no handler thread within `timeout` gets a 504.
        @Test func answersWith504WithoutAFreeThread() throws {
            try Server.run(ServerSetup(.threads, settings: "timeout = \"3s\"")) { server in
                server.expectErrors(.handlerTimedOut, .threadMissing)
                let busy = try (0..<4).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request("/hang"))
                    return talk
                }
                pause(milliseconds: 30)
                let waiting = try Conversation(server.address)
                try waiting.send(Conversation.request("/sleep/3300"))
                for talk in busy { #expect(try talk.reply().status == 504) }
                let status = try waiting.reply().status
                #expect(status == 504)
            }
        }

        @Test(arguments: ["/stuck-stream", "/late-stuck-stream"])
        func cutsAStreamThatIsStuck(path: String) throws {
            let settings = "timeout = \"2s\"\naccesslog = \"access.log\""
            try Server.run(ServerSetup(.threads, settings: settings)) { server in
                server.expectErrors(.handlerTimedOut)
                let worker = try server.waitForWorkers(1)[0]
                let client = try Client(server.address)
                try client.send("GET \(path) HTTP/1.0\r\n\r\n")
                #expect(throws: ConnectionFault.reset) { try client.readToEnd() }
                try server.waitForEvent(.handlerTimedOut, ["request": Containing("GET \(path) ")])
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
                let line = try Control.object(server.waitForAccessLines(1)[0])
                #expect(line["status"] as? Int == 200 && line["bytes"] as? Int == 14)
            }
        }

        /// What serves a connection may wait for more than its client.
        @Test(arguments: kinds)
        func givesATakenConnectionItsTime(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "timeout = \"1s\"")) { server in
                let client = try Client(server.address)
                try client.send("\(ProcessTests.HandlerTests.offer)\r\n\r\nwait")
                #expect(try ProcessTests.HandlerTests.read(client, until: "wait").contains(" 101 "))
                #expect(server.count(.workerExited) == 0)
            }
        }

        /// A thread with a large body is watched as well, whether there are others or not.
        @Test(arguments: kinds)
        func replacesAWorkerThatIsStuckBehindALargeBody(kind: WorkerKind) throws {
            // Long enough for the workers that are well, also where they wait for processors.
            try Server.run(ServerSetup(kind, settings: "timeout = \"4s\"")) { server in
                server.expectErrors(.handlerTimedOut)
                let worker = try server.waitForWorkers(1)[0]
                let talk = try Conversation(server.address)
                let body = String(repeating: "x", count: 200_000)
                let other = try Conversation(server.address)
                try talk.send(Conversation.request("/upload-hang", method: "POST", body: body))
                for _ in 0..<5 { #expect(try other.ask("/pid").status == 200) }
                #expect(try talk.reply().status == 504)
                try talk.expectEnd()
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
                try server.waitForWorkers(1)
            }
        }
    }
}
