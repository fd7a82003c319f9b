import ForktailValues
import Glibc
import Testing

extension ProcessTests.WSGITests {
    /// What ends a worker costs one request, and the log has Python's stack.
    @Suite(.serialized) struct WSGICrashTests {
        @Test(arguments: [0, 2]) func answersForACrashedWorker(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                server.expectDeaths()
                for (path, signal) in [("segfault", "SIGSEGV"), ("abort", "SIGABRT")] {
                    try #expect(server.status(of: "/\(path)") == 500, "\(path)")
                    let record = try server.waitForEvent(
                        .workerExited,
                        ["signal": signal, "target": "/\(path)"]
                    )
                    let stack = record.texts("python_stack") ?? []
                    #expect(stack.contains { $0.contains("\(path) (") }, "\(record.line)")
                    #expect(stack.allSatisfy { !$0.contains("<forktail>") })
                    try server.waitForWorkers(1)
                }
                try #expect(server.status(of: "/ok") == 200)
            }
        }

        @Test(arguments: [0, 2]) func saysThatDescriptorsWereClosed(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                server.expectDeaths()
                _ = try? server.get("/close-all")
                try server.waitForEvent(.workerExited, ["trap": "closed_descriptor"])
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/ok") == 200)
            }
        }

        @Test func survivesEndlessRecursion() throws {
            try PythonSite().run { server in
                server.expectDeaths()
                server.expectErrors(.handlerThrew)
                try #expect(server.status(of: "/recursion") == 500)
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/ok") == 200)
            }
        }

        /// The worker is aborted, its client gets a 504, and the log has the line that hung.
        @Test func namesTheLineThatHangs() throws {
            try PythonSite(settings: "timeout = \"3s\"").run { server in
                server.expectErrors(.workerAborted)
                server.expectDeaths(by: "SIGABRT")
                try #expect(server.status(of: "/hang") == 504)
                let record = try server.waitForEvent(.workerExited, ["signal": "SIGABRT"])
                let stack = record.texts("python_stack") ?? []
                #expect(stack.first?.hasPrefix("hang (") == true, "\(record.line)")
                #expect(record.message.contains("Python was in hang ("))
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/ok") == 200)
            }
        }

        /// With threads only the request that hangs times out; the others are answered.
        @Test func goesOnBesideAThreadThatHangs() throws {
            let settings = "timeout = \"3s\"\ngraceful_timeout = \"1s\""
            try PythonSite(threads: 2, settings: settings).run { server in
                server.expectErrors(.handlerTimedOut, .workerKilled, .workerAborted, .workerExited)
                try #expect(server.status(of: "/hang") == 504)
                for _ in 1...5 { try #expect(server.status(of: "/ok") == 200) }
                let record = try server.waitForEvent(.workerExited)
                let stack = record.texts("python_stack") ?? []
                #expect(stack.first?.hasPrefix("hang (") == true, "\(record.line)")
                try server.waitForWorkers(1)
            }
        }

        /// Also after the first piece a request that hangs times out, and holds no thread.
        @Test func cutsAResponseThatHangs() throws {
            let settings = "timeout = \"3s\"\ngraceful_timeout = \"1s\""
            try PythonSite(threads: 1, settings: settings).run { server in
                server.expectErrors(.handlerTimedOut, .workerKilled, .workerAborted, .workerExited)
                let client = try Client(server.address)
                try client.send("GET /hangs-within HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(throws: ConnectionFault.self) { try client.readToEnd() }
                try server.waitForEvent(.handlerTimedOut, ["request": "GET /hangs-within HTTP/1.1"])
                try #expect(server.status(of: "/ok") == 200)
                let record = try server.waitForEvent(.workerExited)
                let stack = record.texts("python_stack") ?? []
                #expect(stack.first?.contains("hangs_within") == true, "\(record.line)")
                try server.waitForWorkers(1)
            }
        }

        /// The client has its response, and the worker is replaced for what hangs behind it.
        @Test func replacesAWorkerThatHangsBehindAResponse() throws {
            let settings = "timeout = \"3s\"\ngraceful_timeout = \"1s\""
            try PythonSite(threads: 2, settings: settings).run { server in
                server.expectErrors(.handlerTimedOut, .workerKilled, .workerAborted, .workerExited)
                try #expect(server.get("/hangs-behind").text == "first")
                try server.waitForEvent(.handlerTimedOut, ["request": "GET /hangs-behind HTTP/1.1"])
                try server.waitForEvent(.workerExited)
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/ok") == 200)
            }
        }

        @Test(arguments: [0, 2]) func leavesForSystemExit(threads: Int) throws {
            try PythonSite(threads: threads).run { server in
                server.expectErrors(.handlerThrew)
                try #expect(server.status(of: "/exits") == 500)
                try server.waitForEvent(.handlerThrew, ["error": Containing("sys.exit(3)")])
                try server.waitForEvent(.workerExited, ["status": 0, "reason": "left"])
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/ok") == 200)
            }
        }
    }
}
