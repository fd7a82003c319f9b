import Glibc
import Testing

extension ProcessTests {
    /// What the client of a crashing worker gets, and what the log says of the death.
    @Suite struct CrashTests {
        @Test(arguments: [
            ("/crash", "died of SIG"),
            ("/overflow", "died of SIGSEGV"),
            ("/crash-by/\(SIGABRT)", "died of SIGABRT"),
            ("/crash-by/\(SIGSEGV)", "died of SIGSEGV"),
            ("/crash-by/\(SIGBUS)", "died of SIGBUS"),
            ("/crash-by/\(SIGFPE)", "died of SIGFPE"),
            ("/crash-by/\(SIGILL)", "died of SIGILL"),
            ("/crash-by/\(SIGTRAP)", "died of SIGTRAP"),
        ])
        func answersTheClientOfACrash(path: String, words: String) throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors("died of SIG", "Fatal error: Index out of range")
                try server.waitForWorkers(1)
                #expect(try server.get("/pid").status == 200)
                let reply = try server.get(path)
                #expect(reply.status == 500)
                #expect(reply.text == "Internal Server Error\n")
                #expect(reply["Connection"] == "close")
                let line = try server.waitForLog(words)
                #expect(line.contains(" and 1 request, while answering GET \(path) (for "))
                try server.waitForWorkers(1)
                #expect(try server.get("/pid").status == 200)
            }
        }

        /// Swift's runtime returns to the program once it has printed the backtrace.
        @Test(arguments: [SIGSEGV, SIGABRT])
        func diesBehindABacktraceToo(signal: Int32) throws {
            let environment = ["SWIFT_BACKTRACE": "enable=yes,output-to=/dev/null"]
            try Server.run(ServerSetup(workers: 1, environment: environment)) { server in
                server.expectErrors("died of SIG")
                #expect(try server.get("/crash-by/\(signal)").status == 500)
                try server.waitForLog("died of SIG")
                try server.waitForWorkers(1)
                #expect(try server.get("/pid").status == 200)
            }
        }

        @Test func answersAHeadWithoutABody() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors("died of SIG", "Fatal error: Index out of range")
                let client = try Client(server.address)
                try client.send(Client.request("/crash", method: "HEAD"))
                #expect(try client.reply(toHead: true).status == 500)
            }
        }

        /// The client can read the answer although most of its body is still on the way.
        @Test func answersAClientThatIsStillSending() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors("died of SIG", "Fatal error: Index out of range")
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
                server.expectErrors("died of SIGSEGV")
                let client = try Client(server.address)
                try client.send("GET /crash-stream HTTP/1.0\r\n\r\n")
                #expect(throws: ConnectionFault.self) { try client.reply() }
                let line = try server.waitForLog("died of SIGSEGV")
                #expect(line.contains("while answering GET /crash-stream"))
            }
        }

        /// Scenario 40: the client of a handler that takes too long gets a 504.
        @Test func answersTheClientOfAHungHandler() throws {
            let setup = ServerSetup(workers: 1, settings: "timeout = \"500ms\"")
            try Server.run(setup) { server in
                server.expectErrors("was silent for", "the handler exceeded timeout")
                #expect(try server.get("/hang").status == 504)
                if WorkerKind.chosen == .threads {
                    try server.waitForLog("GET /hang: 504: the handler exceeded timeout")
                    try server.waitForLog("is being replaced: a thread of it is stuck")
                } else {
                    let line = try server.waitForLog("; sent SIGABRT")
                    #expect(line.contains(", while answering GET /hang (for "))
                }
            }
        }

        @Test func reportsADeathInJSON() throws {
            let setup = ServerSetup(workers: 1, settings: "log_format = \"json\"")
            try Server.run(setup) { server in
                server.expectErrors("died of SIGILL", "Fatal error: Index out of range")
                #expect(try server.get("/crash-by/\(SIGILL)?a=1").status == 500)
                let line = try server.waitForLog("died of SIGILL")
                for part in [
                    #""level":"error""#, #""slot":0"#, #""signal":"SIGILL""#, #""requests":0"#,
                    #""method":"GET""#, "\"target\":\"/crash-by/\(SIGILL)?a=1\"",
                ] {
                    #expect(line.contains(part), "\(part) is missing")
                }
            }
        }
    }
}
