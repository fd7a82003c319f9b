import ForktailValues
import Glibc
import Testing

extension ProcessTests.ExecTests {
    /// How programs are stopped, with requests in progress.
    @Suite struct ProgramStopTests {
        @Test(arguments: Program.all)
        func stopsWithARequestInProgress(program: Program) throws {
            try program.run { server in
                try server.waitForWorkers(2)
                let slow = try Client(server.address)
                try slow.send(Client.request("/slow"))
                try server.waitUntilBegun(slow)
                server.send(SIGTERM)
                switch program.atStop {
                case .finishesRequests, .finishesReadRequests:
                    try #expect(slow.reply().status == 200)
                case .dropsRequests:
                    // Its worker may be the one that stays for the queue, and be done by then.
                    do {
                        try #expect(slow.reply().status == 200)
                    } catch is ConnectionFault {
                    }
                }
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }

        /// No program drains the accept queue, so that one worker stays until it is empty.
        @Test(arguments: [Program.script, .probe("serve"), .php, .express])
        func answersConnectionsThatAreQueued(program: Program) throws {
            try program.run(workers: 1, "graceful_timeout = \"15s\"") { server in
                let slow = try Client(server.address)
                try slow.send(Client.request("/slow"))
                let worker = try server.waitForWorkers(1)[0]
                try server.waitUntilBegun(slow)
                let queued = try (0..<20).map { _ in
                    let client = try Client(server.address)
                    try client.send(Client.request("/"))
                    return client
                }
                server.send(SIGTERM)
                try #expect(slow.reply().status == 200)
                for (index, client) in queued.enumerated() {
                    do {
                        let reply = try client.reply()
                        #expect(WorkerIdentity(reply.text)?.process == worker)
                    } catch is ConnectionFault
                        where program.atStop == .dropsRequests && index == queued.count - 1
                    {
                        // The queue is empty once the program has accepted this one.
                    }
                }
                try #expect(server.process.waitForEnd() == .exited(0))
            }
        }
    }

    @Suite struct ProgramHangTests {
        /// What hangs at a reload is killed with all its processes after `graceful_timeout`.
        @Test(arguments: Program.all)
        func killsAHungWorker(program: Program) throws {
            try program.run(workers: 1, "graceful_timeout = \"1s\"") { server in
                server.expectErrors(.workerKilled, .workerExited)
                let client = try Client(server.address)
                try client.send(Client.request("/hang"))
                let worker = try server.worker(serving: client)
                let tree = ProcessTable.tree(of: worker)
                server.send(SIGHUP)
                #expect(throws: ConnectionFault.self) { try client.reply() }
                try wait(until: "the end of all processes of worker \(worker)") {
                    !tree.contains(where: ProcessTable.isAlive)
                }
                try server.waitForEvent(.reloadCompleted, ["generation": 2])
                try server.waitForWorkers(1)
                try #expect(server.status(of: "/") == 200)
            }
        }

        /// A quick stop waits for no request.
        @Test(arguments: Program.all)
        func stopsQuickly(program: Program) throws {
            try program.run { server in
                server.expectErrors(.workerKilled, .workerExited)
                let client = try Client(server.address)
                try client.send(Client.request("/hang"))
                _ = try server.worker(serving: client)
                server.send(SIGINT)
                try #expect(server.process.waitForEnd(within: .seconds(15)) == .exited(0))
                #expect(throws: ConnectionFault.self) { try client.reply() }
            }
        }
    }
}
