import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// What handlers can do beyond answering with bytes.
    @Suite struct HandlerTests {
        /// Reads until the text so far ends in something.
        static func read(_ client: Client, until end: String) throws -> String {
            var text = ""
            while !text.hasSuffix(end) {
                let bytes = try client.read()
                guard !bytes.isEmpty else { throw TestFailure("the end came after: \(text)") }
                text += String(decoding: bytes, as: UTF8.self)
            }
            return text
        }

        static let offer = "GET /switch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo"

        @Test func sendsTrailers() throws {
            try Server.run { server in
                let client = try Client(server.address)
                try client.send(Client.request("/trailers/x"))
                let text = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(text.contains("\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n"))
                #expect(text.hasSuffix("\r\n8\r\npiece 2\n\r\n0\r\nETag: x\r\n\r\n"))
                let old = try Client(server.address)
                try old.send("GET /trailers/x HTTP/1.0\r\n\r\n")
                #expect(try old.reply().text == "piece 1\npiece 2\n")
            }
        }

        @Test func cutsAnAnswerWithWrongTrailers() throws {
            try Server.run { server in
                server.expectErrors(.responseCut)
                let client = try Client(server.address)
                try client.send(Client.request("/unannounced-trailers"))
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try server.waitForEvent(.responseCut)
            }
        }

        /// Empty pieces are not sent, so no write fails when the client has left.
        @Test(arguments: [true, false])
        func givesUpASilentStreamWhoseClientHasLeft(byReset: Bool) throws {
            let setup = ServerSetup(workers: 1, settings: "timeout = 0")
            try Server.run(setup) { server in
                let worker = try server.waitForWorkers(1)
                let client = try Client(server.address)
                try client.send(Client.request("/silent-stream"))
                _ = try Self.read(client, until: "the beginning\n\r\n")
                if byReset { client.reset() } else { client.closeSocket() }
                try server.waitForEvent(
                    .responseUndelivered,
                    ["request": Containing("/silent-stream")]
                )
                #expect(try server.status(of: "/pid") == 200)
                #expect(server.workers == worker)
            }
        }

        @Test func endsASilentStreamByTheTimeout() throws {
            let setup = ServerSetup(workers: 1, settings: "timeout = \"3s\"")
            try Server.run(setup) { server in
                server.expectErrors(.responseCut, .workerAborted)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                try server.waitForWorkers(1)
                let client = try Client(server.address)
                try client.send(Client.request("/silent-stream"))
                if WorkerKind.chosen != .sync { #expect(try server.status(of: "/pid") == 200) }
                #expect(throws: ConnectionFault.reset) { try client.readToEnd() }
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        @Test(arguments: ["", "\r\nContent-Length: 5"])
        func switchesProtocols(framing: String) throws {
            try Server.run { server in
                let client = try Client(server.address)
                let body = framing.isEmpty ? "" : "body!"
                try client.send("\(Self.offer)\(framing)\r\n\r\n\(body)early")
                let text = try Self.read(client, until: "early")
                #expect(text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
                #expect(text.contains("\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nearly"))
                try client.send("and late")
                #expect(try Self.read(client, until: "late") == "and late")
                client.endSending()
                #expect(try client.readToEnd() == [])
                #expect(try server.status(of: "/pid") == 200)
            }
        }

        @Test func switchesToNothingThatIsNotOffered() throws {
            try Server.run { server in
                server.expectErrors(.handlerThrew, .responseCut)
                #expect(try server.status(of: "/switch") == 500)
                try server.waitForEvent(.handlerThrew)
            }
        }

        @Test func opensTunnels() throws {
            try Server.run { server in
                let client = try Client(server.address)
                try client.send("CONNECT taken:1 HTTP/1.1\r\nHost: taken:1\r\n\r\nhello")
                let text = try Self.read(client, until: "hello")
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                for name in ["Content-Length", "Transfer-Encoding", "Connection"] {
                    #expect(!text.contains(name))
                }
                client.endSending()
                #expect(try client.readToEnd() == [])
            }
        }

        /// A worker that waits for its client is alive, whatever `timeout` says.
        @Test func letsTunnelsBeSilent() throws {
            // Long enough for the workers that are well, also where they wait for processors.
            try Server.run(ServerSetup(settings: "timeout = \"3s\"")) { server in
                let client = try Client(server.address)
                try client.send("CONNECT taken:1 HTTP/1.1\r\nHost: taken:1\r\n\r\n1")
                _ = try Self.read(client, until: "1")
                pause(milliseconds: 4500)
                try client.send("2")
                #expect(try Self.read(client, until: "2") == "2")
            }
        }

        @Test func endsTunnelsWhenItStops() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let client = try Client(server.address)
                try client.send("CONNECT taken:1 HTTP/1.1\r\nHost: taken:1\r\n\r\n!")
                _ = try Self.read(client, until: "!")
                server.send(SIGTERM)
                #expect(try Self.read(client, until: "bye") == "bye")
                #expect(try client.readToEnd() == [])
            }
        }

        @Test(arguments: [
            ServerSetup(), ServerSetup(executable: .forktail),
            ServerSetup(executable: .forktail, settings: "app = \"echo\""),
        ])
        func refusesUnhandledTunnels(setup: ServerSetup) throws {
            try Server.run(setup) { server in
                let text = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"
                try #expect(Client.exchange(text, with: server.address).status == 501)
            }
        }

        @Test func sendsFilesByTheirPath() throws {
            try Server.run { server in
                try server.directory.write("a { b: c }", to: "x.css")
                mkfifo(server.directory.path(of: "pipe.txt"), 0o600)
                let reply = try server.get("/file/x.css")
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == "text/css; charset=utf-8")
                #expect(reply.text == "a { b: c }")
                for path in ["missing", ".", "pipe.txt"] {
                    #expect(try server.status(of: "/file/\(path)") == 404)
                }
            }
        }

        /// A lock of Swift's runtime works in a forked process, whose main thread makes a value here
        /// that another thread waits for.
        @Test func makesAValueThatAnotherThreadWaitsFor() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                try #expect(server.get("/contend").text == "1\n")
            }
        }

        /// An error that a handler throws goes to the log and not to the client.
        @Test func showsNoErrorToTheClient() throws {
            try Server.run { server in
                server.expectErrors(.handlerThrew)
                let client = try Client(server.address)
                try client.send(Client.request("/throw/secret"))
                let text = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
                #expect(text.hasSuffix("\r\n\r\nInternal Server Error\n"))
                #expect(!text.contains("secret"))
                let line = try server.waitForEvent(.handlerThrew)
                #expect(line.text("request") == "GET /throw/secret HTTP/1.1")
                #expect(line.text("error").contains("secret"))
            }
        }
    }
}
