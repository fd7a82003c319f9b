import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// What programs have started: children in their group, and daemons that have left it.
    @Suite struct ProgramDescendantTests {
        private static let program = Program.probe("children", "2", "daemon", "serve")

        /// None of them keeps the listener, or anything else.
        @Test(arguments: [SIGKILL, SIGTERM, SIGSEGV])
        func endWithTheirWorker(signal: Int32) throws {
            try Self.program.run(workers: 2) { server in
                server.expectErrors(.workerExited)
                let worker = try server.waitForWorkers(2)[0]
                let family = Self.family(in: server)
                // Two workers with two children and a daemon each.
                #expect(family.count == 8)
                kill(worker, signal)
                try wait(until: "the end of the worker") { !ProcessTable.isAlive(worker) }
                try server.waitForWorkers(2)
                try wait(until: "a family of the same size") {
                    Self.family(in: server).count == 8
                }
                let left = family.intersection(Self.family(in: server))
                #expect(left.count == 4)
            }
        }

        @Test(arguments: [SIGTERM, SIGINT])
        func areGoneAfterTheStop(signal: Int32) throws {
            try Self.program.run(workers: 3) { server in
                server.expectErrors(.workerExited)
                let family = Self.family(in: server)
                #expect(family.count == 12)
                server.send(signal)
                try #expect(server.process.waitForEnd() == .exited(0))
                // After the arbiter there is none that could end them.
                try wait(until: "their end") {
                    !family.contains(where: ProcessTable.isAlive)
                }
            }
        }

        /// Fifty reloads leave as many processes and descriptors as there were.
        @Test func leaveNothingAfterManyReloads() throws {
            try Self.program.run(workers: 1) { server in
                try server.reload()
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try server.waitForWorkers(1)
                try server.waitForArbiter()
                let descriptors = ProcessTable.descriptors(of: server.arbiter).count
                for generation in 3...52 {
                    server.send(SIGHUP)
                    try server.waitForEvent(.reloadCompleted, ["generation": generation])
                }
                try server.waitForWorkers(1)
                try wait(until: "the processes of one worker") {
                    Self.family(in: server).count == 4 && server.zombies.isEmpty
                }
                try wait(until: "as many descriptors as before") {
                    ProcessTable.descriptors(of: server.arbiter).count == descriptors
                }
            }
        }

        /// The processes of all workers, which work in the server's directory.
        private static func family(in server: Server) -> Set<pid_t> {
            Set(ProcessTable.processes(workingIn: server.directory.path))
                .filter { $0 != server.arbiter && ProcessTable.isAlive($0) }
        }
    }
}
