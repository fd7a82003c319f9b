import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct ContainerTests {
        private static let unshare = ["/usr/bin/unshare", "--pid", "--fork", "--mount-proc"]

        /// Scenario 13: as process 1 the arbiter reaps what others leave, doesn't count it, and stops
        /// on TERM though process 1 has no default for it.
        @Test func reapsStrangersAsProcessOne() throws {
            let directory = try TemporaryDirectory()
            guard try Self.isPermitted(in: directory) else {
                return print("skipped: this system does not permit unshare --pid --mount-proc")
            }
            let setup = ServerSetup(
                workers: 2,
                settings: "loglevel = \"debug\"",
                wrapper: Self.unshare,
                wrapperForks: true
            )
            try Server.run(setup, in: directory) { server in
                try server.waitForEvent(.arbiterStarted, ["pid": 1])
                try #expect(server.status(of: "/grandchild") == 200)
                let stranger = directory.text(of: "stranger").filter { !$0.isWhitespace }
                #expect(!stranger.isEmpty)
                try directory.write("", to: "stranger.open")
                try server.waitForEvent(
                    .processReaped,
                    ["process": Int(stranger) ?? 0, "status": 3]
                )
                #expect(server.workers.count == 2)
                try #expect(server.status(of: "/pid") == 200)
                // The container would end with the arbiter that the new one follows.
                server.expectErrors(.upgradeFailed, ["reason": Containing("process 1")])
                server.send(SIGUSR2)
                try server.waitForEvent(
                    .upgradeFailed,
                    ["reason": Containing("process 1 ends its container")]
                )
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// Scenario 15: the time that a worker had to leave in runs out when its number is another's.
        @Test func doesNotKillRecycledPid() throws {
            let directory = try TemporaryDirectory()
            guard try Self.isPermitted(in: directory) else {
                return print("skipped: this system does not permit unshare --pid --mount-proc")
            }
            let setup = ServerSetup(
                workers: 2,
                settings: "graceful_timeout = \"3s\"",
                wrapper: Self.unshare,
                wrapperForks: true
            )
            try Server.run(setup, in: directory) { server in
                // Both are in a handler, so that the one which is asked to leave takes its time.
                let gates = (0..<2).map { Gate(server: server, name: "slow\($0)") }
                let clients = try gates.map { try $0.enter() }
                server.send(SIGTTOU)
                try server.waitForEvent(.workerRetired, ["slot": 1, "reason": "slot_removed"])
                for gate in gates { try gate.open() }
                let identities = try clients.map { try WorkerIdentity($0.reply().text) }
                let retired = try #require(identities.compactMap(\.self).first { $0.slot == 1 })
                try server.waitForEvent(
                    .workerExited,
                    ["worker_pid": retired.process, "status": 0]
                )
                try Self.makeNextProcess(retired.process, inNamespaceOf: server)
                server.send(SIGTTIN)
                try server.waitForEvent(.workerReady, ["worker_pid": retired.process], count: 2)
                // Longer than what was left of the time.
                for _ in 0..<16 { try #expect(server.status(of: "/sleep/200") == 200) }
                #expect(server.count(.workerExited, ["worker_pid": retired.process]) == 1)
                #expect(server.workers.count == 2)
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// Has the next process of the server's namespace get a number: /proc/sys/kernel/ns_last_pid.
        private static func makeNextProcess(_ number: pid_t, inNamespaceOf server: Server) throws {
            let command = "echo \(number - 1) >/proc/sys/kernel/ns_last_pid"
            let run = try OneShot(
                [
                    "/usr/bin/nsenter", "--target", "\(server.arbiter)", "--pid", "/bin/sh", "-c",
                    command,
                ],
                searchPath: Tool.searchPath,
                in: server.directory
            )
            guard run.ending == .exited(0) else { throw TestFailure("nsenter: \(run.errors)") }
        }

        private static func isPermitted(in directory: TemporaryDirectory) throws -> Bool {
            let probe = try ChildProcess(
                ChildProcess.Command(
                    words: unshare + ["/bin/true"],
                    directory: directory.path,
                    output: "/dev/null",
                    errors: "/dev/null"
                )
            )
            return try probe.waitForEnd() == .exited(0)
        }
    }
}
