import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Asynchronous handlers, which do the same in each class of workers.
    @Suite struct AsyncTests {
        private static func setup(
            _ settings: String = "",
            environment: [String: String] = [:]
        ) -> ServerSetup {
            ServerSetup(
                executable: .asyncApp,
                workers: 1,
                settings: settings,
                environment: environment
            )
        }

        /// What follows `/wait/`.
        static let waits = [
            "yield", "continuation", "foreign", "async-let", "group", "actor", "main-actor",
            "task-local", "request-sleep", "clock", "sleep", "task", "detached", "cancel",
        ]

        /// Each way to wait ends, and a handler that waits gets its request's own response.
        @Test func waitsInEachWay() throws {
            try Server.run(Self.setup()) { server in
                for kind in Self.waits {
                    let reply = try server.get("/wait/\(kind)")
                    #expect(reply.status == 200 && reply.text == "\(kind)\n", "\(kind)")
                }
            }
        }

        @Test func readsBodies() throws {
            try Server.run(Self.setup()) { server in
                let large = String(repeating: "x", count: 300_000)
                for (path, body, status, text) in [
                    ("/upload", "", 200, "0\n"), ("/upload", "abc", 200, "3\n"),
                    ("/upload", large, 200, "300000\n"), ("/collect", "abc", 200, "3\n"),
                    ("/collect", large, 413, "the body is too large\n"),
                    ("/ignore-body", large, 200, "ignored\n"),
                    ("/detached-body", large, 200, "300000\n"),
                ] {
                    let talk = try Conversation(server.address)
                    let reply = try talk.ask(path, method: "POST", body: body)
                    #expect(reply.status == status && reply.text == text, "\(path)")
                }
                let talk = try Conversation(server.address)
                let head = "POST /upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                try talk.send(head + "Content-Length: 100000\r\n\r\n")
                #expect(try talk.reply().status == 100)
                try talk.send(String(repeating: "x", count: 100_000))
                #expect(try talk.reply().text == "100000\n")
            }
        }

        @Test func sendsSequences() throws {
            try Server.run(Self.setup()) { server in
                server.expectErrors(.responseCut)
                #expect(try server.get("/flow/3").text == "piece 1\npiece 2\npiece 3\n")
                #expect(try server.get("/flow/0").text == "")
                let all = (1...500).map { "piece \($0)\n" }.joined()
                #expect(try server.get("/flow/500").text == all)
                #expect(try server.get("/ready-flow/500").text == all)
                for path in ["/broken", "/short"] {
                    let client = try Client(server.address)
                    try client.send(Client.request(path))
                    #expect(throws: ConnectionFault.reset) { try client.readToEnd() }
                }
                let client = try Client(server.address)
                try client.send(Client.request("/trailers"))
                let text = try String(decoding: client.readToEnd(), as: UTF8.self)
                #expect(text.hasSuffix("0\r\nETag: \"2\"\r\n\r\n"))
            }
        }

        @Test func mapsErrors() throws {
            try Server.run(Self.setup()) { server in
                server.expectErrors(.handlerThrew)
                #expect(try server.status(of: "/throw/x") == 500)
                try server.waitForEvent(.handlerThrew, ["error": "x"])
                #expect(try server.status(of: "/throw-status") == 409)
                // An error of the application, which nothing has cancelled.
                #expect(try server.status(of: "/cancelled") == 500)
                #expect(try server.status(of: "/nothing") == 404)
            }
        }

        @Test func switchesProtocols() throws {
            try Server.run(Self.setup()) { server in
                let talk = try Conversation(server.address)
                let fields: KeyValuePairs = ["Connection": "upgrade", "Upgrade": "echo"]
                #expect(try talk.ask("/switch", fields).status == 101)
                try talk.send("abc")
                #expect(try String(decoding: talk.client.read(), as: UTF8.self) == "abc")
            }
        }

        @Test func startsAndStopsTheApplication() throws {
            try Server.run(Self.setup()) { server in
                server.send(SIGHUP)
                try server.waitForEvent(.workerReady, count: 2)
                try server.waitForRecord("the end of an application") {
                    $0.line.contains("the application of worker 0 stops")
                }
            }
            let setup = Self.setup(environment: ["BOOT_FAIL": "out of luck"])
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("could not boot: out of luck"))
        }

        /// Workers don't inherit the threads that run the task.
        @Test func refusesAPreloadedApplicationThatStartsTasks() throws {
            let setup = Self.setup("preload_app = true", environment: ["BOOT_TASK": "1"])
            let run = try OneShot(setup, in: TemporaryDirectory())
            #expect(run.ending == .exited(70))
            #expect(run.errors.contains("preload_app: init() has started "))
            #expect(run.errors.contains("start threads and tasks in workerDidStart(_:)"))
        }

        /// A preloaded application that starts none is served.
        @Test func servesAPreloadedApplication() throws {
            try Server.run(Self.setup("preload_app = true")) { server in
                try #expect(server.get("/wait/group").text == "group\n")
            }
        }
    }
}
