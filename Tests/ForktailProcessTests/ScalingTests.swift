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

        /// An operator sees between which bounds the number moves, and why it last changed.
        @Test func areShown() throws {
            var setup = Control.setup(workers: 1, "status_bind = \"127.0.0.1:0\"")
            setup.arguments = ["--workers", "1..2", "--idle-time", "1h"]
            try Server.control(setup) { control in
                let server = control.server
                let table = try control.run("status").output
                #expect(table.contains("1 to 2 by load"), "\(table)")
                let load = Load(clients: 20, at: [server.address], path: "/sleep/50")
                try server.waitForEvent(.workersScaled, ["from": 1, "to": 2])
                try wait(until: "the step") {
                    try control.metric("forktail_scaling_steps_total{reason=\"busy\"}") == 1
                }
                #expect(load.stop().lost == 0)
                try #expect(control.metric("forktail_workers_bound{bound=\"max\"}") == 2)
                let status = try control.status()
                let workers = try #require(status["workers"] as? [String: Any])
                #expect(workers["min"] as? Int == 1 && workers["max"] as? Int == 2)
                let step = try #require(status["last_scaling"] as? [String: Any])
                #expect(step["from"] as? Int == 1 && step["to"] as? Int == 2)
                #expect((step["reason"] as? String)?.contains("the worker is busy") == true)
                try #expect(control.run("status").output.contains("1 → 2 "))
                try #expect(control.get("/").text.contains("1 → 2 "))
            }
        }

        /// One worker occupies more than all may, which is told at the start and while clients wait.
        @Test func theMemoryHoldsTheNumber() throws {
            var setup = Control.setup(workers: 1, "status_bind = \"127.0.0.1:0\"")
            setup.arguments = ["--workers", "1..3", "--max-memory-total", "1MiB"]
            try Server.control(setup) { control in
                let server = control.server
                try server.waitForEvent(.settingWarning)
                let load = Load(clients: 20, at: [server.address], path: "/sleep/50")
                let line = try server.waitForEvent(.scalingHeld, ["workers": 1, "limit": 1 << 20])
                #expect(line.number("memory") ?? 0 > 1 << 20)
                try wait(until: "the metric says so") {
                    try control.metric("forktail_scaling_held") == 1
                }
                let status = try control.status()
                let workers = try #require(status["workers"] as? [String: Any])
                #expect(workers["memory_limit"] as? Int == 1 << 20)
                let step = try #require(status["last_scaling"] as? [String: Any])
                #expect(step["from"] as? Int == 1 && step["to"] as? Int == 1)
                try #expect(control.run("status").output.contains("max_memory_total is 1.0 MiB"))
                #expect(load.stop().lost == 0)
                #expect(server.count(.workersScaled) == 0)
            }
        }

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
