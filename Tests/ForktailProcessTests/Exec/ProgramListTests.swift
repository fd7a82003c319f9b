import ForktailValues
import ForktailTestSupport
import Glibc
import Testing

extension ProcessTests.ExecTests {
    @Suite struct ProgramListTests {
        /// Tests that are skipped show nothing: where MISSING_PROGRAMS is set, no more programs than
        /// it says may be missing.
        @Test func hasMostPrograms() throws {
            let missing = Program.all.compactMap { program in
                program.missing.map { "\(program.name): \($0)" }
            }
            for line in missing { print("skipped: \(line)") }
            let limit = ProcessEnvironment.value(of: "MISSING_PROGRAMS").flatMap { Int($0) }
            #expect(missing.count <= limit ?? .max, "\(missing)")
        }
    }

    @Suite struct SwiftNIOTests {
        /// A server of the package in `Tests/NIOServer`.
        @Test func servesReloadsAndStops() throws {
            let program = Program.nio
            try program.run { server in
                let before = try server.waitForWorkers(2)
                let load = Load(clients: 8, at: [server.address], path: "/", pause: 3)
                for generation in 2...4 {
                    try server.reload()
                    try server.waitForEvent(.reloadCompleted, ["generation": generation])
                }
                let tally = load.stop()
                ProcessTests.ExecTests.expectLosses(of: program, tally)
                #expect(tally.generations.contains(4))
                let workers = try server.waitForWorkers(2)
                #expect(Set(workers).isDisjoint(with: before))
                let slow = try Client(server.address)
                try slow.send(Client.request("/slow"))
                try server.waitUntilBegun(slow)
                server.send(SIGTERM)
                try #expect(slow.reply().status == 200)
            }
        }
    }
}
