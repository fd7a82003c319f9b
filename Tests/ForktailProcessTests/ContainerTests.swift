import Glibc
import Testing

extension ProcessTests {
    @Suite struct ContainerTests {
        private static let unshare = ["/usr/bin/unshare", "--pid", "--fork", "--mount-proc"]

        /// Scenario 13: as process 1 the arbiter reaps what others leave, counts it not, and stops
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
                try server.waitForLog("arbiter with pid 1")
                try #expect(server.status(of: "/grandchild") == 200)
                let stranger = directory.text(of: "stranger").filter { !$0.isWhitespace }
                #expect(!stranger.isEmpty)
                try directory.write("", to: "stranger.open")
                let line = try server.waitForLog("reaped pid \(stranger), which is no worker")
                #expect(line.contains("3"))
                #expect(server.workers.count == 2)
                try #expect(server.status(of: "/pid") == 200)
                // The container would end with the arbiter that the new one is to follow.
                server.expectErrors("process 1 ends its container")
                server.send(SIGUSR2)
                try server.waitForLog("upgrade failed: process 1 ends its container")
                server.send(SIGTERM)
                try #expect(server.process.waitForEnd() == .exited(0))
            }
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
