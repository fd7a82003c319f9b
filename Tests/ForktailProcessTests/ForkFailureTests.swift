import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Scenario 18: there is no room for another process.
    ///
    /// The kernel does not limit the processes of root, so the arbiter runs as another user.
    @Suite(.enabled(if: getuid() == 0, "only root can become a user without processes"))
    struct ForkFailureTests {
        /// A user without processes, which may read the tests' files.
        private static let asUser = [
            "/usr/bin/setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
            "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
        ]

        @Test func triesAgainUntilThereIsRoomForAnotherProcess() throws {
            try Server.run(ServerSetup(workers: 2, wrapper: Self.asUser)) { server in
                server.expectErrors(
                    .workerExited,
                    ["signal": "SIGKILL", "reason": "other_process"]
                )
                server.expectErrors(.spawnFailed, ["level": "error"])
                let workers = try server.waitForWorkers(2)
                try Self.limitProcesses(in: server, to: 2)
                kill(workers[0], SIGKILL)
                try server.waitForEvent(.respawnDelayed, ["failures": 4])
                #expect(server.count(.spawnFailed, ["level": "error"]) == 1)
                try #expect(server.identify().process == workers[1])
                try Self.limitProcesses(in: server, to: 200)
                try server.waitForWorkers(2)
                #expect(server.count(.spawnFailed, ["level": "error"]) == 1)
            }
        }

        private static func limitProcesses(in server: Server, to count: Int) throws {
            let limit = ["/usr/bin/prlimit", "--pid", "\(server.arbiter)", "--nproc=\(count):"]
            let words = Self.asUser + limit
            let run = try OneShot(words, searchPath: Tool.searchPath, in: server.directory)
            guard run.ending == .exited(0) else { throw TestFailure("prlimit: \(run.errors)") }
        }
    }
}
