import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Clients that send slowly, or nothing.
    @Suite struct SlowClientTests {
        /// Each of them costs a connection, and delays no other client.
        @Test(arguments: kinds)
        func servesOthersBesideFiveHundredSlowHeads(kind: WorkerKind) throws {
            let settings = "header_timeout = \"6s\"\nkeepalive_requests = 0"
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let slow = try (0..<500).map { _ in
                    let client = try Client(server.address)
                    try client.send("GET /pid HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                    return client
                }
                let talk = try Conversation(server.address)
                // Each round is two requests and fifty bytes.
                for _ in 0..<50 {
                    #expect(try talk.ask("/pid").status == 200)
                    #expect(try server.status(of: "/pid") == 200)
                    for client in slow.prefix(50) { try client.send("x") }
                }
                #expect(slow[0].isSilent, "the others are served meanwhile")
                for client in slow { #expect(try client.reply().status == 408) }
                #expect(try talk.ask("/pid").status == 200)
                try server.waitForEvent(.requestRefused, ["status": 408], count: 500)
            }
        }

        /// A connection that never sends anything is closed without an answer.
        @Test(arguments: kinds)
        func closesSilentConnections(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "header_timeout = \"400ms\"")) { server in
                let talk = try Conversation(server.address)
                try talk.expectEnd()
            }
        }

        /// The time for a later request begins with its first byte.
        @Test(arguments: kinds)
        func givesEachRequestItsTime(kind: WorkerKind) throws {
            let settings = "header_timeout = \"1500ms\"\nkeepalive = \"1h\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let talk = try Conversation(server.address)
                for _ in 0..<3 {
                    #expect(try talk.ask("/pid").status == 200)
                    pause(milliseconds: 600)
                }
                let start = ContinuousClock.now
                try talk.send("GET /pid HT")
                #expect(try talk.reply().status == 408)
                #expect(ContinuousClock.now - start >= .milliseconds(1450))
            }
        }

        @Test(arguments: kinds)
        func endsRequestsBelowTheRateLimit(kind: WorkerKind) throws {
            let settings = "limit_request_rate = \"1MiB\"\nheader_timeout = \"1h\""
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let start = ContinuousClock.now
                let client = try Client(server.address)
                try client.send("GET /pid HTTP/1.1\r\nX: ")
                #expect(try client.reply().status == 408)
                #expect(ContinuousClock.now - start >= .seconds(9))
                try server.waitForEvent(.requestRefused, ["status": 408])
            }
        }
    }
}
