import ForktailValues
import Testing

extension ProcessTests.EventTests {
    /// Connections that serve one request after the other.
    @Suite struct KeepAliveTests {
        @Test(arguments: kinds, ["127.0.0.1:0", "unix:server.sock"])
        func answersManyRequestsOnOneConnection(kind: WorkerKind, bind: String) throws {
            var setup = ServerSetup(kind, workers: 2)
            setup.bind = [bind]
            try Server.run(setup) { server in
                let talk = try Conversation(server.address)
                let first = try talk.ask("/pid")
                #expect(first["Connection"] == nil)
                for number in 0..<50 {
                    #expect(try talk.ask("/big/\(number)").body.count == number)
                    #expect(try talk.ask("/stream/\(number % 4)").status == 200)
                    #expect(try talk.ask("/pid", method: "HEAD").status == 200)
                    #expect(try talk.ask("/nothing").status == 404)
                }
                #expect(try talk.ask("/pid").text == first.text)
            }
        }

        /// RFC 9112 section 9.3: an older client has to ask for it.
        @Test(arguments: kinds)
        func keepsTheConnectionOfAnOldClientThatAsks(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let talk = try Conversation(server.address)
                for _ in 0..<3 {
                    try talk.send("GET /pid HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    let reply = try talk.reply()
                    #expect(reply.status == 200)
                    #expect(reply["Connection"]?.lowercased() == "keep-alive")
                }
                try talk.send("GET /pid HTTP/1.0\r\n\r\n")
                #expect(try talk.reply()["Connection"] != "keep-alive")
                try talk.expectEnd()
            }
        }

        @Test(arguments: kinds)
        func closesWhereTheClientAsks(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let talk = try Conversation(server.address)
                #expect(try talk.ask("/pid")["Connection"] == nil)
                #expect(try talk.ask("/pid", ["Connection": "close"])["Connection"] == "close")
                try talk.expectEnd()
            }
        }

        /// `keepalive` limits each wait for the next request.
        @Test(arguments: kinds)
        func closesIdleConnectionsAfterKeepalive(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "keepalive = \"2s\"")) { server in
                let talk = try Conversation(server.address)
                for _ in 0..<3 {
                    #expect(try talk.ask("/pid").status == 200)
                    pause(milliseconds: 800)
                }
                let start = ContinuousClock.now
                _ = try talk.ask("/pid")
                try talk.expectEnd()
                #expect(ContinuousClock.now - start >= .milliseconds(1950))
            }
        }

        @Test(arguments: kinds)
        func closesAtOnceWithoutKeepalive(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "keepalive = 0")) { server in
                for _ in 0..<3 {
                    let talk = try Conversation(server.address)
                    #expect(try talk.ask("/pid")["Connection"] == "close")
                    try talk.expectEnd()
                }
            }
        }

        @Test(arguments: kinds)
        func closesAfterSoManyRequests(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "keepalive_requests = 5")) { server in
                let talk = try Conversation(server.address)
                for _ in 0..<4 { #expect(try talk.ask("/pid")["Connection"] == nil) }
                #expect(try talk.ask("/pid")["Connection"] == "close")
                try talk.expectEnd()
            }
        }

        /// A client that ends its side after its request still gets the answer.
        @Test(arguments: kinds, ["/pid", "/stream/3", "/sleep/50"])
        func answersHalfClosedClients(kind: WorkerKind, path: String) throws {
            try Server.run(ServerSetup(kind)) { server in
                for fields in ["", "Connection: close\r\n"] {
                    let talk = try Conversation(server.address)
                    try talk.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
                    talk.client.endSending()
                    #expect(try talk.reply().status == 200)
                    try talk.expectEnd()
                }
                let warnings = server.records.filter { $0.text("level") == "warning" }
                #expect(warnings.allSatisfy { $0.event == .arbiterPaused })
            }
        }

        /// `header_timeout` and `keepalive` do not limit a handler.
        @Test func appliesNoClientTimeoutToHandlers() throws {
            let settings = "timeout = 0\nheader_timeout = \"1500ms\"\nkeepalive = \"1500ms\""
            try Server.run(ServerSetup(.threads, settings: settings)) { server in
                let talk = try Conversation(server.address)
                pause(milliseconds: 50)
                #expect(try talk.ask("/sleep/2000").status == 200)
                pause(milliseconds: 50)
                #expect(try talk.ask("/sleep/2000").status == 200)
                let post = "POST /sleep/2000 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
                for piece in [post, "hi"] {
                    try talk.send(piece)
                    pause(milliseconds: 50)
                }
                #expect(try talk.reply().status == 200)
            }
        }

        /// `keepalive` does not limit an answer.
        @Test(arguments: kinds)
        func appliesNoKeepaliveTimeoutToAnswers(kind: WorkerKind) throws {
            let settings = "keepalive = \"1500ms\"\nwrite_timeout = \"1500ms\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let talk = try Conversation(server.address)
                #expect(try talk.ask("/pid").status == 200)
                pause(milliseconds: 50)
                let reply = try talk.ask("/slow-stream/200")
                #expect(reply.body.count == 200 * 16_384)
                #expect(try talk.ask("/pid").status == 200)
            }
        }
    }
}
