import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// What the client of a crashing worker gets, and what the log says of the death.
    @Suite struct CrashTests {
        @Test(arguments: [
            ("/crash", "SIG", "ForktailTestApp.crash()"),
            ("/overflow", "SIGSEGV", "Crashing.recurse(_:)"),
            ("/crash-by/\(SIGABRT)", "SIGABRT", "Crashing.raise(_:)"),
            ("/crash-by/\(SIGSEGV)", "SIGSEGV", "Crashing.raise(_:)"),
            ("/crash-by/\(SIGBUS)", "SIGBUS", "Crashing.raise(_:)"),
            ("/crash-by/\(SIGFPE)", "SIGFPE", "Crashing.raise(_:)"),
            ("/crash-by/\(SIGILL)", "SIGILL", "Crashing.raise(_:)"),
            ("/crash-by/\(SIGTRAP)", "SIGTRAP", "Crashing.raise(_:)"),
        ])
        func answersTheClientOfACrash(path: String, signal: String, function: String) throws {
            guard WorkerKind.isSwift || path != "/overflow" else { return }
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectDeaths()
                try server.waitForWorkers(1)
                #expect(try server.get("/pid").status == 200)
                let reply = try server.get(path)
                #expect(reply.status == 500)
                #expect(reply.text == "Internal Server Error\n")
                #expect(reply["Connection"] == "close")
                let line = try server.waitForEvent(.workerExited, ["signal": Containing(signal)])
                #expect(line.number("requests") == 1 && line.seconds("busy") != nil)
                #expect(line.text("method") == "GET" && line.text("target") == path)
                if WorkerKind.isSwift {
                    #expect(line.texts("stack")?.first?.hasPrefix(function + " + ") == true)
                }
                try server.waitForWorkers(1)
                #expect(try server.get("/pid").status == 200)
            }
        }

        /// Its own handler has not begun, so that it did not crash the worker.
        @Test(
            .enabled(if: WorkerKind.chosen != .tls, "whether a body is read shows on TCP only")
        )
        func answersAClientWhoseBodyIsReceived() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectDeaths(by: "SIGSEGV")
                let worker = try server.waitForWorkers(1)[0]
                let client = try Client(server.address)
                try client.send("POST /pid HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
                try server.waitUntilRead(client)
                // The worker waits for this one.
                try client.send("d")
                try server.waitUntilRead(client)
                kill(worker, SIGSEGV)
                try #expect(client.reply().status == 503)
                try server.waitForWorkers(1)
            }
        }

        /// Swift's runtime returns to the program once it has printed the backtrace.
        @Test(arguments: [SIGSEGV, SIGABRT])
        func diesBehindABacktraceToo(signal: Int32) throws {
            let environment = ["SWIFT_BACKTRACE": "enable=yes,output-to=/dev/null"]
            try Server.run(ServerSetup(workers: 1, environment: environment)) { server in
                server.expectDeaths()
                #expect(try server.get("/crash-by/\(signal)").status == 500)
                try server.waitForEvent(.workerExited, ["signal": Containing("SIG")])
                try server.waitForWorkers(1)
                #expect(try server.get("/pid").status == 200)
            }
        }

        @Test func answersAHeadWithoutABody() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectDeaths()
                let client = try Client(server.address)
                try client.send(Client.request("/crash", method: "HEAD"))
                #expect(try client.reply(toHead: true).status == 500)
            }
        }

        /// The client can read the answer although most of its body is still on the way.
        @Test func answersAClientThatIsStillSending() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectDeaths()
                let client = try Client(server.address)
                let head = "POST /crash HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n"
                try client.send(head)
                try client.send([UInt8](repeating: 120, count: 400_000))
                #expect(try client.reply().status == 500)
            }
        }

        /// Half an answer must not look like a whole one.
        @Test func cutsAnAnswerThatHasBegun() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors(.workerExited, ["signal": "SIGSEGV"])
                let client = try Client(server.address)
                try client.send("GET /crash-stream HTTP/1.0\r\n\r\n")
                #expect(throws: ConnectionFault.self) { try client.reply() }
                let line = try server.waitForEvent(.workerExited, ["signal": "SIGSEGV"])
                #expect(line.text("target") == "/crash-stream")
            }
        }

        /// Scenario 40: the client of a handler that takes too long gets a 504.
        @Test func answersTheClientOfAHungHandler() throws {
            let setup = ServerSetup(workers: 1, settings: "timeout = \"1500ms\"")
            try Server.run(setup) { server in
                server.expectErrors(.workerAborted, .handlerTimedOut)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                #expect(try server.get("/hang").status == 504)
                if WorkerKind.chosen == .threads {
                    try server.waitForEvent(
                        .handlerTimedOut,
                        ["request": Containing("/hang"), "status": 504]
                    )
                    try server.waitForEvent(.workerRecycled, ["reason": "stuck_thread"])
                } else {
                    try server.waitForEvent(.workerAborted, ["target": "/hang"])
                }
            }
        }

        @Test func reportsTheRequestWithItsQuery() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectDeaths()
                #expect(try server.get("/crash-by/\(SIGILL)?a=1").status == 500)
                let line = try server.waitForEvent(.workerExited, ["signal": "SIGILL"])
                #expect(line.text("level") == "error" && line.number("slot") == 0)
                #expect(line.number("requests") == 0 && line.text("method") == "GET")
                #expect(line.text("target") == "/crash-by/\(SIGILL)?a=1")
            }
        }
    }
}
