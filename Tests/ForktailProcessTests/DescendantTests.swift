import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 14: what a worker has started dies with it, unless it leaves in good order.
    @Suite struct DescendantTests {
        @Test(arguments: ["/hang", "/spin", "/crash", "/exit/3"])
        func diesWithItsWorker(path: String) throws {
            try Server.run(ServerSetup(workers: 1, settings: "timeout = \"3s\"")) { server in
                server.expectErrors(.workerAborted)
                server.expectErrors(.workerExited, ["cause": "aborted"])
                server.expectDeaths()
                server.expectErrors(.workerExited, ["cause": "unexpected"])
                server.expectErrors(.handlerTimedOut)
                let worker = try server.waitForWorkers(1)[0]
                let descendant = try Self.start(in: server)
                _ = try? server.get(path)
                try wait(until: "the end of the worker and its child") {
                    !ProcessTable.isAlive(worker) && !ProcessTable.isAlive(descendant)
                }
                try server.waitForWorkers(1)
            }
        }

        @Test func diesWithAKilledWorker() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                let worker = try server.waitForWorkers(1)[0]
                let descendant = try Self.start(in: server)
                kill(worker, SIGKILL)
                try wait(until: "the end of its child") { !ProcessTable.isAlive(descendant) }
                try server.waitForWorkers(1)
            }
        }

        /// A worker that could not be ended otherwise takes along what holds it up.
        @Test func diesWithAWorkerThatExceedsGracefulTimeout() throws {
            let setup = ServerSetup(workers: 1, settings: "graceful_timeout = \"300ms\"")
            try Server.run(setup) { server in
                server.expectErrors(.workerKilled, ["reason": "graceful_timeout"])
                server.expectErrors(.workerExited, ["signal": "SIGKILL"])
                let descendant = try Self.start(in: server)
                let client = try Gate(server: server, name: "never").enter()
                server.send(SIGTERM)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try #expect(server.process.waitForEnd() == .exited(0))
                try wait(until: "the end of its child") { !ProcessTable.isAlive(descendant) }
            }
        }

        /// A worker that leaves as it was asked to may leave something behind.
        @Test func outlivesAWorkerThatLeaves() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                let descendant = try Self.start(in: server)
                server.send(SIGHUP)
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try server.waitForWorkers(1)
                #expect(ProcessTable.isAlive(descendant))
                kill(descendant, SIGKILL)
            }
        }

        private static func start(in server: Server) throws -> pid_t {
            try #expect(server.status(of: "/grandchild") == 200)
            let text = server.directory.text(of: "stranger").filter { !$0.isWhitespace }
            let descendant = try #require(pid_t(text))
            #expect(ProcessTable.isAlive(descendant))
            return descendant
        }
    }
}
