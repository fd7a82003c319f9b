import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// What holds for every program while the server runs.
    @Suite struct ProgramServingTests {
        @Test(arguments: Program.all)
        func startsAndSpreadsRequests(program: Program) throws {
            try program.run(workers: 4) { server in
                try server.waitForWorkers(4)
                var slots: Set<Int> = []
                for _ in 1...20 where slots.count < 4 {
                    let load = Load(clients: 8, at: [server.address], path: "/", limit: 25)
                    let tally = load.finish()
                    #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
                    #expect(tally.generations == [1])
                    slots.formUnion(tally.slots)
                }
                #expect(slots == [0, 1, 2, 3])
            }
        }

        /// The signals of the arbiter that are none of a program's business end most programs.
        @Test(arguments: Program.all)
        func obeysTTINAndTTOU(program: Program) throws {
            try program.run(workers: 2) { server in
                let before = try server.waitForWorkers(2)
                try server.sendCounted(SIGTTIN)
                let three = try server.waitForWorkers(3)
                #expect(three.starts(with: before) || Set(three).isSuperset(of: before))
                try server.waitForArbiter()
                try #expect(Set(server.waitForWorkers(3)) == Set(three))
                try server.sendCounted(SIGTTOU)
                try server.sendCounted(SIGTTOU)
                let one = try server.waitForWorkers(1)
                // One is the least.
                try server.sendCounted(SIGTTOU)
                try server.waitForArbiter()
                try #expect(server.waitForWorkers(1) == one)
                try #expect(server.status(of: "/") == 200)
            }
        }
    }
}
