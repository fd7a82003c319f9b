import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Connections that the application takes over, behind requests that it has answered.
    @Suite struct EventUpgradeTests {
        private typealias Handlers = ProcessTests.HandlerTests

        @Test(arguments: kinds)
        func switchesProtocolsOnAKeptConnection(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let other = try Conversation(server.address)
                let talk = try Conversation(server.address)
                #expect(try talk.ask("/pid").status == 200)
                #expect(try talk.ask("/pid").status == 200)
                try talk.send("\(Handlers.offer)\r\n\r\nearly")
                let text = try Handlers.read(talk.client, until: "early")
                #expect(text.hasPrefix("HTTP/1.1 101 "))
                for word in ["one", "two", "three"] {
                    try talk.send(word)
                    #expect(try Handlers.read(talk.client, until: word) == word)
                    #expect(try other.ask("/pid").status == 200)
                }
                talk.client.endSending()
                #expect(try talk.client.readToEnd() == [])
                #expect(try other.ask("/pid").status == 200)
            }
        }

        @Test(arguments: kinds)
        func opensATunnelBehindPipelinedRequests(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind)) { server in
                let tunnels = try (0..<5).map { _ in
                    let client = try Client(server.address)
                    let first = Conversation.request("/big/3")
                    try client.send(
                        "\(first)CONNECT taken:1 HTTP/1.1\r\nHost: taken:1\r\n\r\nhello"
                    )
                    let text = try Handlers.read(client, until: "hello")
                    #expect(text.contains("\r\n\r\nxxxHTTP/1.1 200 OK\r\n"))
                    return client
                }
                for client in tunnels {
                    #expect(try server.status(of: "/pid") == 200)
                    try client.send("more")
                    #expect(try Handlers.read(client, until: "more") == "more")
                }
                server.send(SIGTERM)
                for client in tunnels {
                    #expect(try Handlers.read(client, until: "bye") == "bye")
                    #expect(try client.readToEnd() == [])
                }
            }
        }
    }
}
