import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// Reloads and upgrades between programs and forktail's own workers, which want the listener
    /// set up in different ways.
    @Suite struct ProgramClassTests {
        /// O_NONBLOCK is one flag for all that share a listener; some programs hang when it is
        /// cleared.
        @Test func leavesTheFlagOfTheListenerAlone() throws {
            let program = Program.probe("non-blocking", "serve-in", "epoll")
            try program.run(workers: 2) { server in
                try server.waitForWorkers(2)
                try #expect(ProbeState(of: server).listenerBlocks == false)
                try server.reload()
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try #expect(ProbeState(of: server).listenerBlocks == false)
                // The old programs waited in epoll while the new ones started.
                #expect(server.count(.workerKilled) == 0)
            }
        }

        /// The class changes back and forth under load, and nothing is lost.
        @Test(arguments: [Program.express, .uvicorn, .php], [WorkerKind.sync, .event])
        func changesTheClassByReload(program: Program, kind: WorkerKind) throws {
            if let missing = program.missing {
                return print("skipped: \(program.name): \(missing)")
            }
            let own = "\(kind.classSettings)\nlog_format = \"json\"\napp = \"hello\""
            var setup = program.setup(workers: 2)
            let programs = setup.settings
            setup.settings = own
            try Server.run(setup) { server in
                try server.waitForWorkers(2)
                let load = Load(clients: 6, at: [server.address], path: "/", pause: 3)
                for (generation, settings) in [(2, programs), (3, own), (4, programs), (5, own)] {
                    try server.reload(settings)
                    try server.waitForEvent(.reloadCompleted, ["generation": generation])
                    try server.waitForWorkers(2)
                    try load.waitForAnswers(20)
                }
                ProcessTests.ExecTests.expectLosses(of: program, load.stop())
                // Own workers of class sync need a listener that blocks: they would spin else.
                let workers = try server.waitForWorkers(2)
                let ticks = workers.map { ProcessTable.entry($0)?.ticks ?? 0 }
                pause(milliseconds: 1000)
                for (worker, before) in zip(workers, ticks) {
                    let after = ProcessTable.entry(worker)?.ticks ?? 0
                    #expect(after - before < 20, "worker \(worker) spins")
                }
            }
        }
    }
}
