import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// Which requests are lost when a worker is killed, replaced or handed over under load.
    @Suite struct ProgramKillTests {
        /// Only requests inside a killed worker are lost, and nothing of the worker is left.
        @Test(arguments: Program.all)
        func replacesKilledWorkers(program: Program) throws {
            try program.run(workers: 2) { server in
                server.expectDeaths(by: "SIGKILL")
                let load = WatchedLoad(clients: 4, at: server.address, path: "/")
                var killings: [SoakLedger.Killing] = []
                for _ in 1...2 {
                    let worker = try server.waitForWorkers(2)[0]
                    let tree = ProcessTable.tree(of: worker)
                    killings.append(try SoakLedger.Killing(killing: worker))
                    try wait(until: "the end of all processes of worker \(worker)") {
                        !tree.contains(where: ProcessTable.isAlive)
                    }
                }
                try server.waitForWorkers(2)
                try ProcessTests.ExecTests.expectNoUnexplainedLoss(load, killings)
            }
        }

        /// A request that kills its worker costs no other one.
        @Test(arguments: Program.all)
        func servesOnAfterACrash(program: Program) throws {
            try program.run(workers: 2) { server in
                server.expectDeaths(by: "SIGKILL")
                try server.waitForWorkers(2)
                #expect(throws: ConnectionFault.self) { try server.get("/crash") }
                for _ in 1...20 { try #expect(server.status(of: "/") == 200) }
            }
        }
    }

    @Suite struct ProgramReloadTests {
        /// A program that finishes its requests loses none at a reload; one that drops them refuses
        /// no connection.
        @Test(arguments: Program.all)
        func reloadsUnderLoad(program: Program) throws {
            try program.run(workers: 2) { server in
                let before = try server.waitForWorkers(2)
                let load = Load(clients: 4, at: [server.address], path: "/", pause: 3)
                for generation in 2...3 {
                    try server.reload()
                    try server.waitForEvent(.reloadCompleted, ["generation": generation])
                }
                try wait(until: "answers of the last generation") {
                    load.soFar.generations.contains(3)
                }
                let tally = load.stop()
                ProcessTests.ExecTests.expectLosses(of: program, tally)
                try #expect(Set(server.waitForWorkers(2)).isDisjoint(with: before))
            }
        }
    }

    @Suite struct ProgramUpgradeTests {
        @Test(arguments: Program.all)
        func handsOverUnderLoad(program: Program) throws {
            try program.run(workers: 2) { server in
                try server.waitForWorkers(2)
                let load = Load(clients: 4, at: [server.address], path: "/", pause: 3)
                let new = try server.upgrade()
                try server.waitForWorkers(2, of: new)
                try server.handOver(to: new)
                try server.waitForWorkers(2)
                let after = Load(clients: 2, at: [server.address], path: "/", limit: 20).finish()
                #expect(after.lost == 0, "\(after.faults) \(after.statuses)")
                ProcessTests.ExecTests.expectLosses(of: program, load.stop())
            }
        }
    }

    /// Five reloads and five killed workers with the two that most will run.
    @Suite struct ProgramLossTests {
        @Test(arguments: [Program.express, Program.rails])
        func losesOnlyRequestsOfKilledWorkers(program: Program) throws {
            try program.run(workers: 4) { server in
                server.expectDeaths(by: "SIGKILL")
                let load = WatchedLoad(clients: 8, at: server.address, path: "/")
                var killings: [SoakLedger.Killing] = []
                for round in 1...5 {
                    let worker = try #require(server.waitForWorkers(4).randomElement())
                    killings.append(try SoakLedger.Killing(killing: worker))
                    try server.waitForWorkers(4)
                    try server.reload()
                    try server.waitForEvent(.reloadCompleted, ["generation": round + 1])
                }
                try ProcessTests.ExecTests.expectNoUnexplainedLoss(load, killings)
            }
        }
    }

    static func expectNoUnexplainedLoss(
        _ load: WatchedLoad,
        _ killings: [SoakLedger.Killing]
    ) throws {
        var ledger = load.stop()
        ledger.excuse(killings)
        // A connection that a worker accepts between the look at its sockets and the signal is in it,
        // too, and nothing shows that.
        #expect(ledger.unexcused.count <= killings.count, "\(ledger.losses)")
        #expect(ledger.answers["plain 200", default: 0] > 0)
    }

    static func expectLosses(of program: Program, _ tally: Tally) {
        switch program.atStop {
        case .finishesRequests:
            #expect(tally.lost == 0, "\(tally.faults) \(tally.statuses)")
        case .finishesReadRequests, .dropsRequests:
            let faults = tally.faults.filter { $0.key != .reset && $0.key != .short }
            #expect(faults.isEmpty && tally.statuses.isEmpty, "\(faults) \(tally.statuses)")
        }
        #expect(tally.answered > 0)
    }
}
