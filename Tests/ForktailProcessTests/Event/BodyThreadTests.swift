import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// The threads of requests whose body is larger than `request_buffer_size`.
    @Suite struct BodyThreadTests {
        private static let buffer = "request_buffer_size = 10"
        /// The same without a limit for requests that wait for a thread.
        private static let patient = "\(buffer)\ntimeout = 0\nbody_timeout = \"1h\""
        /// How many threads there are.
        private static let limit = 64

        private static let rest = String(repeating: "x", count: 10_000)

        /// A client that has sent a part of a body, which is more than is received at once.
        private static func beginUpload(
            to server: Server,
            path: String = "/upload"
        ) throws -> Conversation {
            let talk = try Conversation(server.address)
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
            try talk.send(head + String(repeating: "x", count: 90_000))
            return talk
        }

        /// Enough of them to take all threads.
        private static func takeAllThreads(
            of server: Server,
            path: String = "/upload"
        ) throws -> [Conversation] {
            let worker = try server.waitForWorkers(1)[0]
            let before = ProcessTable.threads(of: worker)
            let talks = try (0..<limit).map { _ in try beginUpload(to: server, path: path) }
            try wait(until: "\(limit) more threads") {
                ProcessTable.threads(of: worker) == before + limit
            }
            return talks
        }

        /// The same with requests whose whole bodies are read, and that then wait at a gate.
        ///
        /// A client that still sends gives way to one that has waited for its thread for 3 seconds,
        /// which a busy machine takes for a few lines of a test.
        private static func occupyAllThreads(of server: Server, gate: String) throws
            -> [Conversation]
        {
            let talks = try takeAllThreads(of: server, path: "/upload-gate/\(gate)")
            for talk in talks { try talk.send(rest) }
            return talks
        }

        private static func finish(_ talk: Conversation) throws {
            try talk.send(rest)
            #expect(try talk.reply().text == "100000\n")
        }

        /// A slow body gets no thread before more than `request_buffer_size` of it has arrived.
        @Test(
            arguments: kinds,
            [
                ("Expect: 100-continue\r\nContent-Length: 5", ["h", "ello"]),
                (
                    "Expect: 100-continue\r\nTransfer-Encoding: chunked",
                    ["5", "\r\nhello\r\n0\r\n\r\n"]
                ),
                ("Content-Length: 10", ["h", "ello hell"]),
                ("Content-Length: 1000000", ["h", "ello"]),
            ]
        )
        func needsNoThreadForASlowBody(kind: WorkerKind, _ body: (String, [String])) throws {
            let settings = "\(Self.buffer)\nlimit_request_rate = 0\nbody_timeout = \"1h\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let (fields, parts) = body
                let worker = try server.waitForWorkers(1)[0]
                let before = ProcessTable.threads(of: worker)
                let slow = try (0..<200).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send("POST /upload HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
                    return talk
                }
                if fields.hasPrefix("Expect") {
                    for talk in slow { #expect(try talk.reply(toHead: true).status == 100) }
                }
                for part in parts {
                    for talk in slow { #expect(talk.isSilent) }
                    #expect(try server.status(of: "/pid") == 200)
                    #expect(ProcessTable.threads(of: worker) == before)
                    for talk in slow { try talk.send(part) }
                }
                guard !fields.hasSuffix("000000") else { return }
                for talk in slow { #expect(try talk.reply().status == 200) }
                #expect(ProcessTable.threads(of: worker) == before)
            }
        }

        /// A request waits while all threads are busy, in order, and delays no other client.
        @Test(arguments: kinds)
        func queuesLargeBodiesForAThread(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.patient)) { server in
                let worker = try server.waitForWorkers(1)[0]
                let busy = try Self.occupyAllThreads(of: server, gate: "busy")
                let threads = ProcessTable.threads(of: worker)
                let first = try Self.beginUpload(to: server, path: "/upload-gate/first")
                try first.send(Self.rest)
                #expect(try server.status(of: "/pid") == 200)
                try Self.beginUpload(to: server).client.closeSocket()
                let others = try (0..<Self.limit).map { _ in
                    let talk = try Self.beginUpload(to: server, path: "/upload-gate/others")
                    try talk.send(Self.rest)
                    return talk
                }
                #expect(try server.status(of: "/pid") == 200)
                #expect(ProcessTable.threads(of: worker) == threads)
                for talk in [first] + others { #expect(talk.isSilent) }
                let gate = Gate(server: server, name: "first")
                #expect(gate.worker == nil)
                try Gate(server: server, name: "busy").open()
                for talk in busy { #expect(try talk.reply().status == 200) }
                // All threads but one are with others now, because it was the first in the queue.
                try wait(until: "the first in its handler") { gate.worker != nil }
                try gate.open()
                #expect(try first.reply().status == 200)
                try Gate(server: server, name: "others").open()
                for talk in others { #expect(try talk.reply().status == 200) }
                for talk in [busy[0], first, others[39]] {
                    #expect(try talk.ask("/pid").status == 200)
                }
            }
        }

        /// The number of connections that the application takes over is not limited.
        @Test(arguments: kinds)
        func doesNotCountTakenConnections(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let fields: KeyValuePairs = ["Connection": "Upgrade", "Upgrade": "echo"]
                let taken = try (0..<Self.limit + 1).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request("/switch", fields))
                    #expect(try talk.reply(toHead: true).status == 101)
                    return talk
                }
                let talk = try Self.beginUpload(to: server)
                try Self.finish(talk)
                for talk in taken { #expect(talk.isSilent) }
            }
        }

        /// A larger `threads` raises the limit of 64.
        @Test func hasAsManyThreadsAsAreAllowed() throws {
            let settings = "\(Self.buffer)\nworker_class = \"event\"\nthreads = 70"
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                _ = try Self.takeAllThreads(of: server)
                let more = try (0..<6).map { _ in try Self.beginUpload(to: server) }
                for talk in more { try Self.finish(talk) }
            }
        }

        @Test(arguments: kinds)
        func answersWith503WithoutAFreeThread(kind: WorkerKind) throws {
            let settings = "\(Self.buffer)\ntimeout = 0\nbody_timeout = \"5s\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                server.expectErrors(.threadMissing)
                let path = "/upload-gate/busy"
                let busy = try Self.takeAllThreads(of: server, path: path)
                for talk in busy { try talk.send(Self.rest) }
                let waiting = try (0..<5).map { _ in try Self.beginUpload(to: server) }
                #expect(try server.status(of: "/pid") == 200)
                for talk in waiting {
                    let reply = try talk.reply()
                    #expect(reply.status == 503)
                    #expect(reply["Retry-After"] == "1")
                    #expect(reply["Connection"] == "close")
                    try talk.expectEnd()
                }
                try server.waitForEvent(
                    .threadMissing,
                    ["request": Containing("POST /upload"), "status": 503],
                    count: 5
                )
                try Gate(server: server, name: "busy").open()
                for talk in busy { #expect(try talk.reply().status == 200) }
            }
        }

        /// The client that sends least gives way, so that slow bodies never keep all threads.
        @Test(arguments: kinds)
        func preemptsTheSlowestBody(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let slow = try Self.takeAllThreads(of: server)
                let waiting = try Self.beginUpload(to: server)
                try waiting.send(Self.rest)
                #expect(try waiting.reply().text == "100000\n")
                try server.waitForEvent(
                    .requestRefused,
                    ["request": Containing("POST /upload"), "status": 408]
                )
                try wait(until: "its answer") { slow.contains { !$0.isSilent } }
                #expect(slow.count { !$0.isSilent } == 1)
            }
        }

        /// A stuck thread does not count against the limit.
        @Test(arguments: kinds)
        func replacesThreadsThatAreStuck(kind: WorkerKind) throws {
            let settings = "\(Self.buffer)\ntimeout = \"6s\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                server.expectErrors(.handlerTimedOut)
                let worker = try server.waitForWorkers(1)[0]
                let stuck = try Self.takeAllThreads(of: server, path: "/upload-hang")
                for talk in stuck { try talk.send(Self.rest) }
                // What waits for a thread has as long as the threads have, but begins later.
                pause(milliseconds: 3000)
                let waiting = try (0..<Self.limit).map { _ in try Self.beginUpload(to: server) }
                for talk in stuck { #expect(try talk.reply().status == 504) }
                for talk in waiting { try Self.finish(talk) }
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
                try server.waitForWorkers(1)
            }
        }

        @Test(arguments: kinds, [SIGTERM, SIGHUP])
        func servesRequestsThatWaitForAThreadAtAStop(kind: WorkerKind, signal: Int32) throws {
            try Server.run(ServerSetup(kind, settings: Self.patient)) { server in
                let worker = try server.waitForWorkers(1)[0]
                let busy = try Self.occupyAllThreads(of: server, gate: "busy")
                let waiting = try (0..<5).map { _ in try Self.beginUpload(to: server) }
                let asked = try Conversation(server.address)
                try asked.send("POST /upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n")
                try asked.send("Content-Length: 2\r\n\r\n")
                #expect(try asked.reply(toHead: true).status == 100)
                server.send(signal)
                try server.waitForEvent(signal == SIGTERM ? .signalReceived : .workerRetired)
                pause(milliseconds: 300)
                try asked.send("hi")
                #expect(try asked.reply().text == "2\n")
                try Gate(server: server, name: "busy").open()
                for talk in busy {
                    #expect(try talk.reply().status == 200)
                    try talk.expectEnd()
                }
                for talk in waiting {
                    try Self.finish(talk)
                    try talk.expectEnd()
                }
                try server.waitForEvent(.workerExited, ["worker_pid": worker, "status": 0])
            }
        }

        @Test(arguments: kinds)
        func answersRequestsWaitingForAThreadWith503AtACrash(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.patient)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let busy = try Self.occupyAllThreads(of: server, gate: "busy")
                let waiting = try (0..<5).map { _ in try Self.beginUpload(to: server) }
                #expect(try server.status(of: "/pid") == 200)
                let culprit = try Conversation(server.address)
                #expect(try culprit.ask("/crash-by/\(SIGSEGV)").status == 500)
                for talk in busy + waiting {
                    let reply = try talk.reply()
                    #expect(reply.status == 503)
                    #expect(reply["Retry-After"] == "1")
                    try talk.expectEnd()
                }
            }
        }
    }
}
