import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct HTTPTests {
        /// Each is answered, closed and logged in one line, and the worker serves on.
        @Test func rejectsMalformedRequests() throws {
            let long = String(repeating: "x", count: 9000)
            let many = String(repeating: "A: b\r\n", count: 101)
            let cases: [(sent: String, status: Int)] = [
                ("GARBAGE\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
                ("GET / HTTP/1.1\nHost: a\n\n", 400),
                ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
                ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
                ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400),
                (
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
                ),
                ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
                ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413),
                ("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                ("GET / HTTP/1.1\r\nHost: a\r\nA: \(long)\r\n\r\n", 431),
                ("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n", 431),
                ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", 400),
            ]
            try Server.run(ServerSetup(workers: 1)) { server in
                let worker = try server.identify()
                func refusals() -> Int {
                    server.count(.requestRefused) + server.count(.connectionRefused)
                }
                for (number, (sent, status)) in cases.enumerated() {
                    let client = try Client(server.address)
                    try client.send(sent)
                    let bytes = try client.readToEnd()
                    // To what is not HTTP at all a close is answer enough.
                    if let reply = Reply(bytes) {
                        #expect(reply.status == status, "\(sent.prefix(60).debugDescription)")
                        #expect(reply["Connection"] == "close")
                    } else {
                        #expect(bytes.isEmpty && sent.hasPrefix("\u{16}"))
                    }
                    try wait(until: "a line about it") { refusals() == number + 1 }
                }
                #expect(refusals() == cases.count)
                try #expect(server.identify() == worker)
            }
        }

        /// A client that says nothing, half of something, or one byte after the other holds one
        /// worker until `header_timeout`, and the others not at all.
        @Test func timesOutSlowClients() throws {
            let setup = ServerSetup(workers: 2, settings: "header_timeout = \"2s\"")
            try Server.run(setup) { server in
                let silent = try Client(server.address)
                try #expect(server.status(of: "/pid") == 200)
                try #expect(silent.readToEnd() == [])

                let half = try Client(server.address)
                try half.send("GET /pid HTTP/1.1\r\nHost")
                try #expect(server.status(of: "/pid") == 200)
                try #expect(half.reply().status == 408)

                let slow = try Client(server.address)
                let head = Array(Client.request("/\(String(repeating: "x", count: 2000))").utf8)
                var sent = 0
                // Far below the interval at which a worker's calls come back by themselves.
                while sent < head.count, slow.isSilent {
                    try slow.send([head[sent]])
                    sent += 1
                    pause(milliseconds: 20)
                    if sent == 5 { try #expect(server.status(of: "/pid") == 200) }
                }
                #expect(sent < head.count)
                try #expect(slow.reply().status == 408)
                try server.waitForEvent(.requestRefused, ["status": 408], count: 2)
                #expect(server.count(.requestRefused, ["status": 408]) == 2)
            }
        }

        /// Scenario 51: the client gets the answer, although it still sends.
        @Test func letsAClientReadAnEarlyAnswer() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let body = [UInt8](repeating: 0x78, count: 1 << 20)
                for _ in 0..<20 {
                    let client = try Client(server.address)
                    try client.send(
                        "POST /ignore-body HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n"
                    )
                    try client.send(body)
                    try #expect(client.reply().status == 413)
                }
            }
        }

        @Test func readsBodies() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let address = server.address
                let plain = try Client.exchange(
                    "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
                    with: address
                )
                #expect(plain.text == "11\n")
                let chunked = try Client.exchange(
                    "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
                    with: address
                )
                #expect(chunked.text == "11\n")
                let broken = try Client.exchange(
                    "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                    with: address
                )
                #expect(broken.status == 400)
            }
        }

        /// A body that ends too early is never taken for a whole one.
        @Test func refusesATruncatedBody() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let client = try Client(server.address)
                try client.send(
                    "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello"
                )
                client.endSending()
                try #expect(client.reply().status == 400)
                try server.waitForEvent(
                    .requestRefused,
                    ["request": Containing("POST /upload"), "status": 400]
                )
            }
        }

        /// The bytes of a body trickle, but they come: the worker is not hung.
        @Test func takesASlowBody() throws {
            let settings = "timeout = \"3s\"\nlimit_request_rate = 0"
            let setup = ServerSetup(workers: 1, settings: settings)
            try Server.run(setup) { server in
                let worker = try server.identify()
                let client = try Client(server.address)
                try client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n")
                for _ in 0..<60 {
                    try client.send("x")
                    pause(milliseconds: 90)
                }
                try #expect(client.reply().text == "60\n")
                try #expect(server.identify() == worker)
            }
        }

        /// `100 Continue` is said when the handler wants the body, not before.
        @Test func continuesOnDemand() throws {
            // Workers of the class event leave it to the handler only where they buffer nothing.
            let setup = ServerSetup(workers: 1, settings: "request_buffer_size = 0")
            try Server.run(setup) { server in
                let head =
                    "HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
                let wanted = try Client(server.address)
                try wanted.send("POST /upload \(head)")
                let interim = try wanted.read()
                #expect(String(decoding: interim, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
                try wanted.send("hello")
                try #expect(wanted.reply().text == "5\n")

                let unwanted = try Client(server.address)
                try unwanted.send("POST /ignore-body \(head)")
                unwanted.endSending()
                try #expect(unwanted.reply().status == 413)
            }
        }

        @Test func answersHEADWithoutABody() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let whole = try server.get("/big/1234")
                let head = try Client.get("/big/1234", at: server.address, method: "HEAD")
                #expect(head.status == 200)
                #expect(head["Content-Length"] == "1234")
                #expect(whole["Content-Length"] == "1234")
                #expect(head.body == [])
            }
        }

        @Test func streams() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let reply = try server.get("/stream/3")
                #expect(reply["Transfer-Encoding"] == "chunked")
                #expect(reply.text == "piece 1\npiece 2\npiece 3\n")
                try #expect(server.get("/big/5000000").body.count == 5_000_000)
            }
        }

        /// A part is never made to look like the whole.
        @Test(arguments: [
            ("/short-stream", "24 of 1000 bytes"),
            ("/broken-stream", "the stream broke"),
        ])
        func cutsABodyThatBreaksItsPromise(path: String, reason: String) throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors(.responseCut)
                let worker = try server.identify()
                #expect(throws: ConnectionFault.self) { try server.get(path) }
                try server.waitForEvent(
                    .responseCut,
                    ["request": Containing("GET \(path) "), "reason": Containing(reason)]
                )
                try #expect(server.identify() == worker)
            }
        }

        /// To a client of HTTP/1.0 the end of the connection is the end of the body, so it gets a reset,
        /// also when it has sent more than was read.
        @Test(arguments: ["GET /broken-stream HTTP/1.0\r\n\r\n", brokenUpload])
        func resetsWhereAnEndWouldLookLikeTheWhole(request: String) throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors(.responseCut)
                let client = try Client(server.address)
                try client.send(request)
                #expect(throws: ConnectionFault.self) { try client.readToEnd() }
            }
        }

        private static let brokenUpload =
            "POST /broken-stream HTTP/1.0\r\nContent-Length: 9\r\n\r\nabcdefghi"

        @Test func survivesAHandlerThatThrows() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors(.handlerThrew)
                let worker = try server.identify()
                let reply = try server.get("/throw/secret")
                #expect(reply.status == 500)
                #expect(!reply.text.contains("secret"))
                try server.waitForEvent(
                    .handlerThrew,
                    ["request": Containing("GET /throw/secret "), "error": Containing("secret")]
                )
                let forged = try server.get("/forge")
                #expect(forged.status == 500)
                #expect(forged["X-Forged"] == nil)
                try #expect(server.status(of: "/throw-status/418") == 418)
                try #expect(server.identify() == worker)
            }
        }

        @Test func showsAnErrorToADeveloperOnly() throws {
            try Server.run(ServerSetup(workers: 1, settings: "debug = true")) { server in
                server.expectErrors(.handlerThrew)
                let reply = try server.get("/throw/secret")
                #expect(reply.status == 500 && reply.text.contains("the handler threw: secret"))
                #expect(reply.text.contains("GET /throw/secret HTTP/1.1"))
                for field in ["Via: 1.1 a", "X-Forwarded-For: 192.0.2.1", "Forwarded: for=_a"] {
                    let passedOn = try Client.exchange(
                        "GET /throw/secret HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n",
                        with: server.address
                    )
                    #expect(passedOn.status == 500 && !passedOn.text.contains("secret"))
                }
            }
        }

        /// Scenario 49: connections that are reset in the queue do no harm.
        @Test(.enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"))
        func survivesClientsThatResetBeforeTheyAreAccepted() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let gate = Gate(server: server, name: "busy")
                let first = try gate.enter()
                for number in 0..<20 {
                    let client = try Client(server.address)
                    if number % 2 == 0 { try client.send(Client.request("/pid")) }
                    client.reset()
                }
                try gate.open()
                let worker = try #require(WorkerIdentity(first.reply().text))
                try #expect(server.identify() == worker)
                try server.waitForWorkers(1)
            }
        }

        @Test func listensAtSeveralAddresses() throws {
            let setup = ServerSetup(
                workers: 2,
                bind: ["127.0.0.1:0", "unix:a.sock", "unix:b.sock"]
            )
            try Server.run(setup) { server in
                #expect(server.addresses.count == 3)
                for address in server.addresses {
                    for _ in 0..<5 { try #expect(server.status(of: "/pid", at: address) == 200) }
                }
            }
        }
    }
}
