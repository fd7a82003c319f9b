import ForktailValues
import Testing

extension ProcessTests.EventTests {
    /// Request bodies around `request_buffer_size`.
    @Suite struct EventBodyTests {
        private static let buffer = "request_buffer_size = 10000"

        @Test(arguments: kinds, [1, 9_999, 10_000, 10_001, 20_000, 300_000])
        func takesBodiesOfAnySize(kind: WorkerKind, count: Int) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let talk = try Conversation(server.address)
                let body = String(
                    (0..<count).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) }
                )
                for _ in 0..<3 {
                    let reply = try talk.ask("/mirror", method: "POST", body: body)
                    #expect(reply.status == 200)
                    #expect(reply.text == body)
                    try talk.send(Self.chunked(body))
                    #expect(try talk.reply().text == body + " X-Sum: \(count)")
                }
            }
        }

        private static func chunked(_ body: String) -> String {
            let head = Conversation.request(
                "/mirror",
                method: "PUT",
                ["Transfer-Encoding": "chunked"]
            )
            var rest = Substring(body)
            var chunks = ""
            while !rest.isEmpty {
                let part = rest.prefix(7_000)
                chunks += String(part.utf8.count, radix: 16) + "\r\n\(part)\r\n"
                rest = rest.dropFirst(7_000)
            }
            return "\(head)\(chunks)0\r\nX-Sum: \(body.utf8.count)\r\n\r\n"
        }

        /// RFC 9110 section 10.1.1: a large body is asked for only where the application reads it.
        @Test(arguments: kinds, [5, 9_999, 10_000, 10_001, 100_000])
        func asksForABodyThatIsHeldBack(kind: WorkerKind, count: Int) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let talk = try Conversation(server.address)
                let fields: KeyValuePairs = [
                    "Expect": "100-continue", "Content-Length": "\(count)",
                ]
                for _ in 0..<3 {
                    try talk.send(Conversation.request("/upload", method: "POST", fields))
                    #expect(try talk.reply(toHead: true).status == 100)
                    try talk.send(String(repeating: "x", count: count))
                    #expect(try talk.reply().text == "\(count)\n")
                }
                try talk.send(Conversation.request("/ignore-body", method: "POST", fields))
                if count <= 10_000 {
                    #expect(try talk.reply(toHead: true).status == 100)
                    try talk.send(String(repeating: "x", count: count))
                }
                let reply = try talk.reply()
                #expect(reply.status == 413)
                #expect(reply["Connection"] == (count <= 10_000 ? nil : "close"))
                if count > 10_000 { try talk.expectEnd() }
            }
        }

        /// A refused request gets no `100 Continue`, nor does an HTTP/1.0 client.
        @Test(
            arguments: kinds,
            [
                ("1.1", "Expect: 100-continue\r\nContent-Length: 2000", 413),
                ("1.1", "Expect: 100-continue\r\nContent-Length: 2x", 400),
                ("1.1", "Expect: 100-continue\r\nTransfer-Encoding: gzip, chunked", 501),
                ("1.1", "Expect: 200-ok\r\nContent-Length: 2", 417),
                ("1.0", "Expect: 100-continue\r\nContent-Length: 2", 408),
            ]
        )
        func sendsNoContinue(kind: WorkerKind, _ request: (String, String, Int)) throws {
            let settings = "limit_request_body = 1000\nbody_timeout = \"300ms\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let (version, fields, status) = request
                let talk = try Conversation(server.address)
                try talk.send("POST /upload HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\r\n")
                #expect(try talk.reply().status == status)
                try talk.expectEnd()
            }
        }

        /// The answers to earlier requests come before the client is asked for a body.
        @Test(arguments: kinds)
        func asksForABodyInItsTurn(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let talk = try Conversation(server.address)
                let fields: KeyValuePairs = ["Expect": "100-continue", "Content-Length": "2"]
                let paths = (0..<300).map { "/big/\($0 * 50)" } + ["/stream/20", "/big/5000000"]
                let earlier = paths.map { Conversation.request($0) }.joined()
                try talk.send(earlier + Conversation.request("/upload", method: "PUT", fields))
                // Time for the server to come to where nothing more is taken from it.
                pause(milliseconds: 100)
                for _ in paths { #expect(try talk.reply().status == 200) }
                #expect(try talk.reply(toHead: true).status == 100)
                try talk.send("hi")
                #expect(try talk.reply().text == "2\n")
            }
        }

        /// A large body that arrives slowly occupies only its own thread.
        @Test(arguments: kinds)
        func servesOthersDuringASlowLargeBody(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let slow = try (0..<8).map { _ in
                    let talk = try Conversation(server.address)
                    let head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n"
                    try talk.send(head + String(repeating: "x", count: 20_000))
                    return talk
                }
                let other = try Conversation(server.address)
                for _ in 0..<10 {
                    #expect(try other.ask("/pid").status == 200)
                    for talk in slow { try talk.send("xx") }
                }
                for talk in slow {
                    #expect(talk.isSilent)
                    try talk.send(String(repeating: "x", count: 19_980))
                    #expect(try talk.reply().text == "40000\n")
                    #expect(try talk.ask("/pid").status == 200)
                }
            }
        }

        /// An unread large body ends the connection, after the client has received its answer.
        @Test(arguments: kinds)
        func answersBeforeAnUnreadBody(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                for _ in 0..<10 {
                    let talk = try Conversation(server.address)
                    let body = String(repeating: "x", count: 1_000_000)
                    let request = Conversation.request("/ignore-body", method: "POST", body: body)
                    try talk.send(request)
                    let reply = try talk.reply()
                    #expect(reply.status == 413)
                    #expect(reply["Connection"] == "close")
                    try talk.expectEnd()
                }
            }
        }

        /// An unread body that was received already does not end the connection.
        @Test(arguments: kinds)
        func keepsTheConnectionAfterAnUnreadBufferedBody(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let talk = try Conversation(server.address)
                let body = String(repeating: "x", count: 9_000)
                for _ in 0..<3 {
                    #expect(try talk.ask("/ignore-body", method: "POST", body: body).status == 413)
                    #expect(try talk.ask("/pid").status == 200)
                }
            }
        }

        @Test(arguments: kinds, [5_000, 50_000])
        func refusesABodyThatBreaksOff(kind: WorkerKind, count: Int) throws {
            try Server.run(ServerSetup(kind, settings: Self.buffer)) { server in
                let head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n"
                let talk = try Conversation(server.address)
                try talk.send(head + String(repeating: "x", count: count - 1))
                talk.client.endSending()
                #expect(try talk.reply().status == 400)
                try talk.expectEnd()
                try server.waitForEvent(.requestRefused, ["status": 400])
            }
        }

        @Test(arguments: kinds, [5_000, 50_000])
        func givesUpABodyThatDoesNotCome(kind: WorkerKind, count: Int) throws {
            let settings = "\(Self.buffer)\nbody_timeout = \"300ms\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n"
                let talk = try Conversation(server.address)
                try talk.send(head + String(repeating: "x", count: count - 1))
                #expect(try talk.reply().status == 408)
                try talk.expectEnd()
            }
        }
    }
}
