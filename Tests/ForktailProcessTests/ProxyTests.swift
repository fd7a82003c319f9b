import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite(.disabled(if: WorkerKind.chosen == .tls, "the scheme is https there"))
    struct ProxyTests {
        /// A request for what the server knows about its client.
        private static func request(_ lines: String...) -> String {
            (["GET /client HTTP/1.1", "Host: a"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
        }

        /// A binary PROXY header for a client at 192.0.2.7, port 4711.
        private static func block(command: UInt8 = 0x21, vectors: [UInt8] = []) -> [UInt8] {
            let length = UInt8(12 + vectors.count)
            return Array("\r\n\r\n\u{0}\r\nQUIT\n".utf8) + [command, 0x11, 0, length]
                + [192, 0, 2, 7, 192, 0, 2, 8, 0x12, 0x67, 0, 80] + vectors
        }

        private static func exchange(_ bytes: [UInt8], with address: Address) throws -> String {
            let client = try Client(address)
            try client.send(bytes)
            return try client.reply().text
        }

        private static func exchange(_ text: String, with address: Address) throws -> String {
            try exchange(Array(text.utf8), with: address)
        }

        @Test func listensToTrustedProxies() throws {
            let settings = """
                forwarded_allow_ips = ["127.0.0.0/8", "10.0.0.0/8", "unix"]
                accesslog = "access.log"
                """
            let setup = ServerSetup(
                workers: 1,
                settings: settings,
                bind: ["127.0.0.1:0", "unix:p.sock"]
            )
            try Server.run(setup) { server in
                for address in [server.address, .unix(path: server.directory.path(of: "p.sock"))] {
                    let text = try Self.exchange(
                        Self.request(
                            "X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.0.0.2",
                            "X-Forwarded-Proto: https, http",
                            "X-Forwarded-Host: shop.example, a"
                        ),
                        with: address
                    )
                    #expect(text == "192.0.2.1 https shop.example 4\n")
                }
                let standard = try Self.exchange(
                    Self.request("Forwarded: for=\"[2001:db8::1]:80\";proto=https;host=b"),
                    with: server.address
                )
                #expect(standard == "2001:db8::1 https b 2\n")
                try #expect(
                    Self.exchange(Self.request(), with: server.address) == "127.0.0.1 http - 1\n"
                )
                let clients = try server.waitForAccessLines(4)
                    .map { LogRecord($0[...]).text("remote_address") }
                #expect(clients == ["192.0.2.1", "192.0.2.1", "2001:db8::1", "127.0.0.1"])
            }
        }

        @Test func ignoresFieldsOfUntrustedPeers() throws {
            let settings = "forwarded_allow_ips = \"10.0.0.0/8\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let text = try Self.exchange(
                    Self.request("X-Forwarded-For: 10.0.0.1", "Forwarded: nonsense"),
                    with: server.address
                )
                #expect(text == "127.0.0.1 http - 3\n")
            }
        }

        @Test func refusesWhatProxiesCannotHaveSaid() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                for (number, lines) in [
                    "X-Forwarded-For: nonsense", "Forwarded: for=\"",
                    "Forwarded: for=1.1.1.1\r\nX-Forwarded-For: 2.2.2.2",
                ].enumerated() {
                    let reply = try Client.exchange(Self.request(lines), with: server.address)
                    #expect(reply.status == 400)
                    try server.waitForEvent(.requestRefused, ["status": 400], count: number + 1)
                }
            }
        }

        @Test(arguments: [("v1", true, false), ("v2", false, true), ("auto", true, true)])
        func readsPROXYHeaders(version: String, takesLines: Bool, takesBlocks: Bool) throws {
            let settings = "proxy_protocol = \"\(version)\"\naccesslog = \"access.log\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let request = Array(Self.request("X-Forwarded-For: 6.6.6.6").utf8)
                let line = Array("PROXY TCP6 2001:db8::7 2001:db8::8 4711 80\r\n".utf8)
                let tls: [UInt8] = [0x20, 0, 5, 1, 0, 0, 0, 0]
                var clients: [String] = []
                if takesLines {
                    let text = try Self.exchange(line + request, with: server.address)
                    #expect(text == "2001:db8::7 http - 2\n")
                    let unknown = Array("PROXY UNKNOWN x\r\n".utf8)
                    let other = try Self.exchange(unknown + request, with: server.address)
                    #expect(other == "6.6.6.6 http - 2\n")
                    clients += ["2001:db8::7", "6.6.6.6"]
                }
                if takesBlocks {
                    let block = Self.block(vectors: tls)
                    let text = try Self.exchange(block + request, with: server.address)
                    #expect(text == "192.0.2.7 https - 2\n")
                    let local = Self.block(command: 0x20) + request
                    try #expect(Self.exchange(local, with: server.address) == "6.6.6.6 http - 2\n")
                    clients += ["192.0.2.7", "6.6.6.6"]
                }
                for header in takesLines && takesBlocks ? [] : [takesLines ? Self.block() : line] {
                    let client = try Client(server.address)
                    try client.send(header + request)
                    try #expect(client.readToEnd() == [])
                    try server.waitForEvent(.connectionRefused)
                }
                let logged = try server.waitForAccessLines(clients.count)
                    .map { LogRecord($0[...]).text("remote_address") }
                #expect(logged == clients)
            }
        }

        /// However a header and the request behind it are cut, they are the same.
        @Test func readsPROXYHeadersByteByByte() throws {
            let setup = ServerSetup(workers: 1, settings: "proxy_protocol = \"auto\"")
            try Server.run(setup) { server in
                let client = try Client(server.address)
                for byte in Self.block() + Array(Self.request().utf8) {
                    try client.send([byte])
                    pause(milliseconds: 1)
                }
                try #expect(client.reply().text == "192.0.2.7 http - 1\n")
            }
        }

        @Test func namesTheClientInItsLog() throws {
            let setup = ServerSetup(workers: 1, settings: "proxy_protocol = \"v1\"")
            try Server.run(setup) { server in
                let header = "PROXY TCP4 192.0.2.7 192.0.2.8 4711 80\r\n"
                let reply = try Client.exchange(header + "GARBAGE\r\n\r\n", with: server.address)
                #expect(reply.status == 400)
                try server.waitForEvent(
                    .requestRefused,
                    ["client": "192.0.2.7:4711", "status": 400]
                )
            }
        }

        /// Each is closed without an answer, and logged in one line.
        @Test func closesWhatDoesNotBeginWithAPROXYHeader() throws {
            let settings = "proxy_protocol = \"auto\"\nheader_timeout = \"3s\""
            try Server.run(ServerSetup(workers: 1, settings: settings)) { server in
                let cases = [
                    Self.request(), "PROXY TCP4 x y 1 2\r\n", "PROXY TCP4 1.1.1.1",
                    "\u{16}\u{3}\u{1}", "PROXY " + String(repeating: "x", count: 200),
                ]
                for (number, sent) in cases.enumerated() {
                    let client = try Client(server.address)
                    try client.send(sent)
                    try #expect(client.readToEnd() == [], "\(sent.prefix(40).debugDescription)")
                    let fields: [String: any LogValue] = [
                        "level": "info", "client": Containing("127.0.0.1:"),
                    ]
                    try server.waitForEvent(.connectionRefused, fields, count: number + 1)
                }
                let half = try Client(server.address)
                try half.send("PROXY TCP4 ")
                half.endSending()
                try #expect(half.readToEnd() == [])
                try server.waitForEvent(.connectionRefused, count: cases.count + 1)
                // A connection that sends nothing, such as a port check, is no fault.
                try Client(server.address).closeSocket()
                let local = try Client(server.address)
                try local.send(Self.block(command: 0x20))
                local.endSending()
                try #expect(local.readToEnd() == [])
                #expect(server.count(.connectionRefused) == cases.count + 1)
            }
        }

        @Test func takesPROXYHeadersFromProxiesOnly() throws {
            let settings = "proxy_protocol = \"v1\"\nproxy_allow_ips = \"10.0.0.0/8, unix\""
            let setup = ServerSetup(
                workers: 1,
                settings: settings,
                bind: ["127.0.0.1:0", "unix:p.sock"]
            )
            try Server.run(setup) { server in
                let client = try Client(server.address)
                try #expect(client.readToEnd() == [])
                try server.waitForEvent(.connectionRefused)
                let socket = Address.unix(path: server.directory.path(of: "p.sock"))
                let sent = "PROXY TCP4 192.0.2.7 192.0.2.8 4711 80\r\n" + Self.request()
                try #expect(Self.exchange(sent, with: socket) == "192.0.2.7 http - 1\n")
            }
        }

        @Test(arguments: [("drop", 200, 1), ("keep", 200, 2), ("refuse", 400, 0)])
        func mapsUnderscores(rule: String, status: Int, fields: Int) throws {
            let setup = ServerSetup(workers: 1, settings: "header_map = \"\(rule)\"")
            try Server.run(setup) { server in
                let sent = Self.request("X_Forwarded_For: 6.6.6.6")
                let reply = try Client.exchange(sent, with: server.address)
                #expect(reply.status == status)
                if status == 200 { #expect(reply.text == "127.0.0.1 http - \(fields)\n") }
            }
        }

        /// A client that never stops, but dawdles, gets a 408 after the grace of ten seconds.
        @Test func givesUpOnASlowHeadAndASlowBody() throws {
            let settings = """
                header_timeout = "1h"
                body_timeout = "1h"
                limit_request_rate = "1MiB"
                """
            try Server.run(ServerSetup(workers: 2, settings: settings)) { server in
                // The server's time begins later.
                let start = ContinuousClock.now
                let head = try Client(server.address)
                try head.send("GET / HTTP/1.1\r\nX: ")
                let body = try Client(server.address)
                try body.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n")
                for client in [head, body] {
                    try wait(until: "the end of a slow request") {
                        // A failure means that the other side has closed.
                        try? head.send("x")
                        try? body.send("x")
                        return !client.isSilent
                    }
                    #expect(ContinuousClock.now - start > .seconds(9.8))
                }
                try server.waitForEvent(.requestRefused, ["status": 408])
                try server.waitForEvent(
                    .requestRefused,
                    ["request": Containing("POST /upload"), "status": 408]
                )
            }
        }
    }
}
