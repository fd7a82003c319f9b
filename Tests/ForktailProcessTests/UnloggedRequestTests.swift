import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Requests whose worker dies or is stopped before it has logged them.
    ///
    /// Each one is in the access log, once.
    @Suite struct UnloggedRequestTests {
        @Test func logsACrashedRequest() throws {
            try run { server in
                server.expectDeaths()
                #expect(try server.get("/crash?a=%22").status == 500)
                try expect(server, ["GET /crash?a=%22 HTTP/1.1": 500])
                try #expect(server.status(of: "/pid") == 200)
            }
        }

        @Test func logsAResponseThatACrashHasCut() throws {
            try run { server in
                server.expectDeaths()
                let client = try Client(server.address)
                try client.send("GET /crash-stream HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(throws: ConnectionFault.self) { try client.reply() }
                let line = try expect(server, ["GET /crash-stream HTTP/1.1": 200])[0]
                #expect(line.contains("\"bytes\":14,"))
            }
        }

        @Test func logsARequestThatHangs() throws {
            try run("timeout = \"2s\"") { server in
                server.expectErrors(
                    .workerAborted,
                    .workerKilled,
                    .workerExited,
                    .handlerTimedOut
                )
                #expect(try server.get("/hang").status == 504)
                try expect(server, ["GET /hang HTTP/1.1": 504])
            }
        }

        @Test func logsTheRequestOfAKilledWorker() throws {
            try run { server in
                server.expectDeaths(by: "SIGKILL")
                let client = try Gate(server: server, name: "slow").enter()
                kill(try server.waitForWorkers(1)[0], SIGKILL)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try expect(server, ["GET /gate/slow HTTP/1.1": 500])
            }
        }

        @Test func logsTheRequestThatExceedsGracefulTimeout() throws {
            try run("graceful_timeout = \"200ms\"") { server in
                server.expectErrors(
                    .workerAborted,
                    .workerKilled,
                    .workerExited,
                    .handlerTimedOut
                )
                let client = try Gate(server: server, name: "slow").enter()
                server.send(SIGTERM)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try #expect(server.process.waitForEnd() == .exited(0))
                try expect(server, ["GET /gate/slow HTTP/1.1": 503])
            }
        }

        @Test func logsAStreamAtAQuickStop() throws {
            try run { server in
                let client = try Client(server.address)
                try client.send("GET /gate-stream/slow HTTP/1.1\r\nHost: x\r\n\r\n")
                try wait(until: "the stream") { server.directory.contains("slow.entered") }
                server.send(SIGINT)
                server.expectErrors(
                    .workerAborted,
                    .workerKilled,
                    .workerExited,
                    .handlerTimedOut
                )
                try #expect(server.process.waitForEnd() == .exited(0))
                try expect(server, ["GET /gate-stream/slow HTTP/1.1": 200])
            }
        }

        /// The crash of one request takes others with it.
        @Test(.enabled(if: WorkerKind.chosen == .threads, "one worker serves several at a time"))
        func logsTheBystandersOfACrash() throws {
            try run { server in
                server.expectDeaths(by: "SIGSEGV")
                let client = try Gate(server: server, name: "slow").enter()
                #expect(try server.get("/crash-by/\(SIGSEGV)").status == 500)
                #expect(try client.reply().status == 503)
                try expect(
                    server,
                    [
                        "GET /gate/slow HTTP/1.1": 503,
                        "GET /crash-by/\(SIGSEGV) HTTP/1.1": 500,
                    ]
                )
            }
        }

        /// A long line is cut where the arbiter writes it, and is still an object.
        @Test func cutsTheLineOfALongRequest() throws {
            try run { server in
                server.expectDeaths(by: "SIGSEGV")
                let path = "/crash-by/\(SIGSEGV)?\(String(repeating: "%22", count: 1000))"
                #expect(try server.get(path).status == 500)
                let line = try server.waitForAccessLines(1)[0]
                #expect(line.contains("…\",\"request_id\""))
                #expect(line.hasSuffix("}"))
            }
        }

        /// A worker that fills all shared memory with garbage costs nothing but its own request.
        @Test func survivesAWorkerThatWritesGarbage() throws {
            try run { server in
                server.expectDeaths(by: "SIGKILL")
                for _ in 0..<3 {
                    _ = try? server.get("/scribble")
                    try server.waitForWorkers(1)
                    try #expect(server.status(of: "/pid") == 200)
                }
                let log = server.directory.text(of: "access.log") + server.log
                #expect(
                    !log.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }
                )
            }
        }

        private func run(_ settings: String = "", _ body: (Server) throws -> Void) throws {
            let logs = "log_format = \"json\"\naccesslog = \"access.log\"\n"
            try Server.run(ServerSetup(workers: 1, settings: logs + settings), body)
        }

        /// Waits for the lines of these requests, and finds no other.
        @discardableResult
        private func expect(_ server: Server, _ statuses: [String: Int]) throws -> [String] {
            let lines = try server.waitForAccessLines(statuses.count)
            #expect(lines.count == statuses.count)
            for (request, status) in statuses {
                let found = lines.filter { $0.contains("\"request\":\"\(request)\"") }
                #expect(found.count == 1, "\(request)")
                #expect(found.first?.contains("\"status\":\(status),") == true, "\(request)")
            }
            return lines
        }
    }
}
