import ForktailTestSupport
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Requests that come before the answer to the one before.
    @Suite struct EventPipelineTests {
        private struct Step {
            let request: String
            let answer: String
            var isHead = false
        }

        private static let steps = [
            Step(request: Conversation.request("/big/3"), answer: "200 xxx"),
            Step(
                request: Conversation.request("/mirror", method: "POST", body: "hello"),
                answer: "200 hello"
            ),
            Step(
                request: Conversation.request(
                    "/mirror",
                    method: "PUT",
                    ["Transfer-Encoding": "chunked"]
                ) + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n",
                answer: "200 abcde X-Sum: 7"
            ),
            Step(
                request: Conversation.request("/big/4", method: "HEAD"),
                answer: "200 ",
                isHead: true
            ),
            Step(
                request: Conversation.request("/stream/2"),
                answer: "200 piece 1\npiece 2\n"
            ),
            Step(request: Conversation.request("/nothing"), answer: "404 Not Found\n"),
            Step(
                request: Conversation.request("/ignore-body", method: "POST", body: "some bytes"),
                answer: "413 Content Too Large\n"
            ),
        ]

        private static func expect(_ steps: [Step], from talk: Conversation) throws {
            for (number, step) in steps.enumerated() {
                let reply = try talk.reply(toHead: step.isHead)
                #expect("\(reply.status) \(reply.text)" == step.answer, "answer \(number)")
            }
        }

        @Test(arguments: kinds, ["127.0.0.1:0", "unix:server.sock"])
        func answersInOrder(kind: WorkerKind, bind: String) throws {
            var setup = ServerSetup(kind)
            setup.bind = [bind]
            try Server.run(setup) { server in
                let talk = try Conversation(server.address)
                try talk.send(Self.steps.map(\.request).joined())
                try Self.expect(Self.steps, from: talk)
                try talk.send("nonsense\r\n\r\n" + Conversation.request("/pid"))
                #expect(try talk.reply().status == 400)
                try talk.expectEnd()
            }
        }

        /// Cut anywhere, with pauses between, they are the same requests.
        @Test(arguments: kinds)
        func answersWhatComesInParts(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let seed = UInt64.random(in: 0...UInt64.max)
                var random = SeededGenerator(seed: seed)
                let bytes = Array(Self.steps.map(\.request).joined().utf8)
                let talk = try Conversation(server.address)
                for _ in 0..<15 {
                    var rest = bytes[...]
                    while !rest.isEmpty {
                        let part = rest.prefix(Int.random(in: 1...90, using: &random))
                        try talk.client.send(Array(part))
                        rest = rest.dropFirst(part.count)
                        if Bool.random(using: &random) { pause(milliseconds: 0.3) }
                    }
                    try Self.expect(Self.steps, from: talk)
                }
            }
        }

        @Test(arguments: kinds)
        func answersAThousandAtOnce(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "keepalive_requests = 0")) { server in
                let talk = try Conversation(server.address)
                try talk.send((0..<1000).map { Conversation.request("/big/\($0 % 90)") }.joined())
                for number in 0..<1000 {
                    let reply = try talk.reply()
                    #expect(reply.status == 200 && reply.body.count == number % 90)
                }
                #expect(talk.isSilent)
                #expect(try talk.ask("/pid").status == 200)
            }
        }

        /// A response that is put off while others have their turn stays what it is.
        @Test func keepsResponsesApart() throws {
            try Server.run(ServerSetup(.event)) { server in
                let worker = try server.waitForWorkers(1)[0]
                for count in 12...34 {
                    let greedy = try Conversation(server.address)
                    let others = try (0..<3).map { _ in try Conversation(server.address) }
                    kill(worker, SIGSTOP)
                    let requests = String(repeating: Conversation.request("/big/1"), count: count)
                    try greedy.send(requests + "nonsense\r\n\r\n")
                    for other in others { try other.send(Conversation.request("/big/777")) }
                    kill(worker, SIGCONT)
                    for other in others { #expect(try other.reply().body.count == 777) }
                    for _ in 0..<count { #expect(try greedy.reply().body.count == 1) }
                    #expect(try greedy.reply().status == 400)
                }
            }
        }

        /// One connection that has much to ask for leaves the others their share.
        @Test func servesOthersMeanwhile() throws {
            let settings = "keepalive_requests = 0\naccesslog = \"access.log\""
            try Server.run(ServerSetup(.event, settings: settings)) { server in
                let worker = try server.waitForWorkers(1)[0]
                let greedy = try Conversation(server.address)
                let other = try Conversation(server.address)
                try server.whileStopped(worker) {
                    try greedy.send(
                        String(repeating: Conversation.request("/sleep/5"), count: 400)
                    )
                    try other.send(Conversation.request("/pid"))
                }
                #expect(try other.reply().status == 200)
                let before = try eventually("the line of the other") {
                    server.directory.lines(of: "access.log").firstIndex { $0.contains("/pid ") }
                }
                #expect(before < 200)
            }
        }

        /// What comes behind a large body is the next request.
        @Test(arguments: kinds, [1 << 20, 65_537])
        func goesOnBehindALargeBody(kind: WorkerKind, count: Int) throws {
            try Server.run(ServerSetup(kind)) { server in
                let talk = try Conversation(server.address)
                let body = String(repeating: "b", count: count)
                for _ in 0..<5 {
                    try talk.send(
                        Conversation.request("/upload", method: "POST", body: body)
                            + Conversation.request("/big/7") + Conversation.request("/big/8")
                    )
                    #expect(try talk.reply().text == "\(count)\n")
                    #expect(try talk.reply().body.count == 7)
                    #expect(try talk.reply().body.count == 8)
                }
            }
        }

        /// RFC 9112 section 9.6: what the client sent meanwhile does not destroy its last answer.
        @Test(arguments: kinds)
        func closesCleanlyWhileMoreComes(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "keepalive_requests = 1")) { server in
                for number in 0..<20 {
                    let gate = Gate(server: server, name: "last-\(number)")
                    let talk = try Conversation(server.address)
                    try talk.send(Conversation.request(gate.path))
                    try wait(until: "a worker in the handler") { gate.worker != nil }
                    try talk.send(Conversation.request("/pid"))
                    try gate.open()
                    // Time for a reset to arrive, which would take the answer with it.
                    pause(milliseconds: 20)
                    #expect(try talk.reply()["Connection"] == "close")
                    try talk.expectEnd()
                }
            }
        }

        /// The same behind a large body, which a thread of its own receives.
        @Test(arguments: kinds)
        func closesCleanlyBehindALargeBody(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "keepalive_requests = 1")) { server in
                let body = String(repeating: "b", count: 200_000)
                for number in 0..<20 {
                    let gate = Gate(server: server, name: "last-\(number)")
                    let talk = try Conversation(server.address)
                    let path = "/upload-gate/last-\(number)"
                    try talk.send(Conversation.request(path, method: "POST", body: body))
                    try wait(until: "a worker in the handler") { gate.worker != nil }
                    try talk.send(Conversation.request("/pid"))
                    try gate.open()
                    pause(milliseconds: 20)
                    #expect(try talk.reply()["Connection"] == "close")
                    try talk.expectEnd()
                }
            }
        }
    }
}
