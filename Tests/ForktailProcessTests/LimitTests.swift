import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    @Suite struct LimitTests {
        /// Scenario 48: a worker without descriptors says so once, waits without spinning, and goes
        /// on when there are some again.
        @Test(.enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"))
        func waitsForDescriptors() throws {
            try Server.run(ServerSetup(workers: 1)) { server in
                server.expectErrors(.acceptStarved, ["reason": Containing("open files")])
                let worker = try server.waitForWorkers(1)[0]
                try Self.limitDescriptors(of: worker, to: "4:")
                // The first may be served, since accept4(2) may have taken its descriptor before.
                let clients = try (0..<3).map { _ in
                    let client = try Client(server.address)
                    try client.send(Client.request("/pid"))
                    return client
                }
                try server.waitForEvent(.acceptStarved, ["reason": Containing("open files")])
                #expect(try Self.ticks(of: [worker], during: .seconds(1)) < 30)
                try Self.limitDescriptors(of: worker, to: "256:")
                for client in clients { try #expect(client.reply().status == 200) }
                #expect(server.count(.acceptStarved) == 1)
                try #expect(server.waitForWorkers(1) == [worker])
            }
        }

        /// Scenario 52: no worker spins when its listener becomes non-blocking.
        ///
        /// It does while the new workers of a reload boot, which have two, and the old ones block in
        /// their only one.
        @Test func doesNotSpinOnAListenerThatBecameNonBlocking() throws {
            try Server.run(ServerSetup(workers: 2)) { server in
                let before = try server.waitForWorkers(2)
                try server.reload(
                    "env = { BOOT_WAIT_FOR = \"go\" }",
                    bind: ["127.0.0.1:0", "unix:second.sock"]
                )
                try server.waitForEvent(.reloadStarted, ["workers": 2])
                try wait(until: "a worker that boots") { server.workers.count == 3 }
                try #expect(server.identify().generation == 1)
                #expect(try Self.ticks(of: before, during: .seconds(1)) < 30)
                for _ in 0..<20 { try #expect(server.identify().generation == 1) }
                try server.directory.write("", to: "go")
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try #expect(server.identify().generation == 2)
            }
        }

        /// No process spins while there is nothing to do.
        @Test(arguments: [["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"]])
        func sleepsWhileIdle(bind: [String]) throws {
            try Server.run(ServerSetup(workers: 2, bind: bind)) { server in
                let processes = [server.arbiter] + (try server.waitForWorkers(2))
                #expect(try Self.ticks(of: processes, during: .seconds(1)) < 10)
            }
        }

        /// The processor time that processes use in a while, in hundredths of a second.
        private static func ticks(of processes: [pid_t], during time: Duration) throws -> Int {
            func sum() -> Int {
                processes.compactMap { ProcessTable.entry($0)?.ticks }.reduce(0, +)
            }
            let before = sum()
            let start = ContinuousClock.now
            while ContinuousClock.now - start < time { pause(milliseconds: 20) }
            return sum() - before
        }

        private static func limitDescriptors(of process: pid_t, to limit: String) throws {
            let directory = try TemporaryDirectory()
            let child = try ChildProcess(
                ChildProcess.Command(
                    words: ["/usr/bin/prlimit", "--pid", "\(process)", "--nofile=\(limit)"],
                    directory: directory.path,
                    output: "/dev/null",
                    errors: "/dev/null"
                )
            )
            #expect(try child.waitForEnd() == .exited(0))
        }
    }
}
