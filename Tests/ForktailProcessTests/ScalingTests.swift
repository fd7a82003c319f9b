import ForktailValues
import Glibc
import Testing

extension ProcessTests {
    /// Workers that come and go with the load.
    @Suite struct ScalingTests {
        private static let setup = ServerSetup(
            workers: 2,
            arguments: ["--workers", "2..6", "--idle-time", "1s"]
        )

        /// A step from no client to 40 of a handler that takes 50 ms, and back.
        @Test func followsAStepOfTheLoad() throws {
            try Server.run(Self.setup) { server in
                let load = Load(clients: 40, at: [server.address], path: "/sleep/50")
                // By how many at a time depends on how many clients have come at each look.
                let growth = try server.waitForEvent(
                    .workersScaled,
                    ["from": 2, "reason": "busy"]
                )
                #expect(growth.number("busy_workers") == 2)
                #expect(growth.number("waiting") ?? 0 > 0)
                try server.waitForEvent(.workersScaled, ["to": 6, "reason": "busy"])
                try server.waitForWorkers(6)
                #expect(load.stop().lost == 0)
                for workers in [6, 5, 4, 3] {
                    try server.waitForEvent(
                        .workersScaled,
                        ["from": workers, "to": workers - 1, "reason": "idle"]
                    )
                }
                try server.waitForWorkers(2)
                let retired = server.count(.workerRetired, ["reason": "not_needed"])
                #expect(retired == server.count(.workersScaled, ["reason": "idle"]))
            }
        }

        @Test func signalsMoveTheLowerBound() throws {
            try Server.run(Self.setup) { server in
                try server.sendCounted(SIGTTIN)
                try server.waitForEvent(.boundsChanged, ["minimum": 3, "maximum": 6])
                try server.waitForWorkers(3)
                try server.sendCounted(SIGTTOU)
                try server.waitForEvent(.boundsChanged, ["minimum": 2, "maximum": 6])
                try server.waitForWorkers(2)
                for _ in 1...5 { try server.sendCounted(SIGTTIN) }
                try server.waitForEvent(.commandRefused, ["reason": "most_workers"])
                try server.waitForWorkers(6)
            }
        }
    }
}
