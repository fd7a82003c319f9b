import ForktailValues
import Foundation
import Glibc
import Testing

extension ProcessTests {
    /// The ids of requests and what a line of the access log says in JSON.
    @Suite struct RequestIDTests {
        private static let settings = """
            request_id = "trust"
            forwarded_allow_ips = ["127.0.0.1"]
            accesslog = "access.log"
            access_log_fields = ["standard", "header:x-tenant", "response_header:content-type"]
            """

        private static func request(_ target: String, _ lines: String...) -> String {
            (["GET \(target) HTTP/1.1", "Host: shop.example:81", "Connection: close"] + lines)
                .map { $0 + "\r\n" }.joined() + "\r\n"
        }

        @Test func areInTheResponseAndTheAccessLog() throws {
            try Server.run(ServerSetup(workers: 1, settings: Self.settings)) { server in
                let given = try Client.exchange(
                    Self.request(
                        "/pid?a=%20b",
                        "X-Request-Id: from-proxy.1",
                        "X-Forwarded-For: 192.0.2.7",
                        "X-Forwarded-Proto: https",
                        "X-Tenant: blue\"",
                        "Referer: r"
                    ),
                    with: server.address
                )
                #expect(given["X-Request-Id"] == "from-proxy.1")
                let made = try server.get("/pid")["X-Request-Id"]
                #expect(made?.utf8.count == 32)
                let lines = try server.waitForAccessLines(2).map { LogRecord($0[...]) }
                let line = lines[0]
                #expect(line.text("request_id") == "from-proxy.1")
                #expect(line.text("method") == "GET" && line.text("path") == "/pid")
                #expect(line.text("query") == "a=%20b" && line.text("protocol") == "HTTP/1.1")
                #expect(line.text("host") == "shop.example:81" && line.text("scheme") == "https")
                #expect(line.text("remote_address") == "192.0.2.7")
                #expect(line.text("peer_address") == "127.0.0.1")
                #expect(line.number("status") == 200 && line.number("slot") == 0)
                #expect(line.fields["answered"] as? Bool == true)
                #expect(line.text("header:x-tenant") == "blue\"" && line.text("referer") == "r")
                #expect(line.text("response_header:content-type").hasPrefix("text/plain"))
                #expect(line.number("bytes_in") ?? 0 > 100 && line.number("bytes") ?? 0 > 0)
                #expect(lines[1].text("request_id") == made)
                for name in ["query", "header:x-tenant", "user_agent"] {
                    #expect(lines[1].fields[name] is NSNull, "\(name)")
                }
            }
        }

        @Test func areInErrorLinesAndReportsOfDeaths() throws {
            try Server.run(ServerSetup(workers: 1, settings: Self.settings)) { server in
                server.expectDeaths()
                server.expectErrors(.handlerThrew)
                for (target, id) in [("/throw/x", "thrown"), ("/crash", "crashed")] {
                    let request = Self.request(target, "X-Request-Id: \(id)")
                    #expect(try Client.exchange(request, with: server.address).status == 500)
                }
                try server.waitForEvent(.handlerThrew, ["request_id": "thrown"])
                try server.waitForEvent(.workerExited, ["request_id": "crashed"])
                let line = LogRecord(try server.waitForAccessLines(2)[1][...])
                #expect(line.text("request_id") == "crashed" && line.number("status") == 500)
                #expect(line.fields["answered"] as? Bool == true)
                #expect(line.fields["bytes_in"] is NSNull)
            }
        }

        /// A client that got nothing: its worker was killed.
        @Test func markRequestsWithoutAnAnswer() throws {
            try Server.run(ServerSetup(workers: 1, settings: Self.settings)) { server in
                server.expectDeaths(by: "SIGKILL")
                let client = try Gate(server: server, name: "slow").enter()
                kill(try server.waitForWorkers(1)[0], SIGKILL)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                let line = LogRecord(try server.waitForAccessLines(1)[0][...])
                #expect(line.fields["answered"] as? Bool == false)
                #expect(line.text("request_id").utf8.count == 32)
            }
        }
    }
}
