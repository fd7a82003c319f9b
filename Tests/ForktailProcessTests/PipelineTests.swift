import Testing

extension ProcessTests {
    @Suite struct PipelineTests {
        private static let requests = ["/big/3", "/stream/2", "/big/5"].map { Client.request($0) }

        /// RFC 9112 sections 9.3.2 and 9.6: a connection that doesn't persist gives the first
        /// answer and then ends, without the reset that could take the answer with it.
        @Test func answersTheFirstAndClosesCleanly() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                for _ in 0..<20 {
                    let client = try Client(server.address)
                    try client.send(Self.requests.joined())
                    let reply = try client.reply()
                    #expect(reply.status == 200)
                    #expect(reply["Connection"] == "close")
                    #expect(reply.text == "xxx")
                }
            }
        }

        /// The next request's bytes may follow a body at once, or its last chunk.
        @Test(arguments: [
            "Content-Length: 5\r\n\r\nhello",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ])
        func endsABodyBeforeTheNextRequest(_ rest: String) throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let talk = try Conversation(server.address)
                let first = "POST /upload HTTP/1.1\r\nHost: a\r\n\(rest)"
                try talk.send(first + Self.requests.joined())
                try #expect(talk.reply().text == "5\n")
            }
        }
    }
}
