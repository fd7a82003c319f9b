import ForktailValues
import Glibc
import Synchronization
import Testing

extension ProcessTests {
    /// What a worker does to harm others costs nothing but the worker.
    @Suite struct HostileWorkerTests {
        @Test(arguments: [
            "garbage", "close", "damage-handler", "crash-in-threads", "free-twice",
            "crash-under-locks", "deaf", "escape",
        ])
        func harmsOnlyItself(kind: String) throws {
            try Self.run(workers: 2) { server in
                let first = try Set(server.waitForWorkers(2))
                _ = try? server.get("/hostile/\(kind)")
                try wait(until: "a worker in its place") {
                    let workers = Set(server.workers)
                    return workers.count == 2 && workers != first
                }
                let workers = try server.waitForWorkers(2)
                #expect(!first.isDisjoint(with: workers))
                for _ in 0..<20 { try #expect(server.status(of: "/pid") == 200) }
                if kind == "close" {
                    try server.waitForEvent(.workerExited, ["trap": "closed_descriptor"])
                }
                if kind == "escape" { try Self.waitForEscaped(server) }
            }
        }

        @Test func replacesSiblingsThatItKills() throws {
            try Self.run(workers: 3) { server in
                let first = try Set(server.waitForWorkers(3))
                _ = try? server.get("/hostile/kill-siblings")
                try server.waitForEvent(.workerExited, ["signal": "SIGKILL"], count: 2)
                try #expect(Set(server.waitForWorkers(3)).intersection(first).count == 1)
                for _ in 0..<20 { try #expect(server.status(of: "/pid") == 200) }
            }
        }

        /// What one process shuts down is shut down for all that share it.
        @Test func listensAgainAfterAShutdown() throws {
            try Self.run(workers: 2) { server in
                server.expectErrors(.listenerLost)
                try server.waitForWorkers(2)
                for round in 1...3 {
                    try server.waitForWorkers(2)
                    _ = try? server.get("/hostile/shut-down")
                    try server.waitForEvent(.listenerMended, count: round)
                    // A shutdown resets what waits in the queue.
                    _ = try eventually("an answer") { try? server.get("/pid") }
                    try server.waitForWorkers(2)
                    for _ in 0..<20 { try #expect(server.status(of: "/pid") == 200) }
                }
            }
        }

        /// A signal that races with finished answers: each request has one answer at most.
        @Test func answersNoRequestTwice() throws {
            try Self.run(workers: 2) { server in
                let threads = Threads()
                let address = server.address
                let answers = Answers()
                for _ in 0..<6 {
                    threads.start { isStopping in
                        while !isStopping() { answers.talk(with: address, isStopping) }
                    }
                }
                try wait(until: "an answer") { answers.count > 0 }
                for round in 0..<40 {
                    if let worker = server.workers.randomElement() { kill(worker, SIGABRT) }
                    pause(milliseconds: Double(5 + round % 7))
                    try wait(until: "a worker") { !server.workers.isEmpty }
                }
                threads.stop()
                #expect(answers.surplus == [])
                try server.waitForWorkers(2)
            }
        }

        private static func run(workers: Int, _ body: (Server) throws -> Void) throws {
            // Long enough for the workers that are well, also where they wait for processors.
            let limits = "timeout = \"3s\"\ngraceful_timeout = \"1s\""
            try Server.run(ServerSetup(workers: workers, settings: limits)) { server in
                server.expectErrors(.workerExited, .workerAborted, .workerKilled, .handlerTimedOut)
                server.expectDeaths()
                try body(server)
            }
        }

        /// The process that the worker has left behind ends by itself.
        private static func waitForEscaped(_ server: Server) throws {
            let process = try eventually("the process that has escaped") {
                pid_t(server.directory.text(of: "escaped"))
            }
            try wait(until: "its end") { !ProcessTable.isAlive(process) }
            try #expect(server.status(of: "/pid") == 200)
        }
    }
}

/// What clients got that talk until their connections end.
private final class Answers: Sendable {
    private let state = Mutex((count: 0, surplus: [String]()))

    var count: Int { state.withLock { $0.count } }

    /// What came behind the last answer of connections.
    var surplus: [String] { state.withLock { $0.surplus } }

    func talk(with address: Address, _ isStopping: () -> Bool) {
        do {
            let talk = try Conversation(address)
            while !isStopping() {
                try talk.send(Conversation.request("/sleep/1"))
                let reply = try talk.reply()
                state.withLock { $0.count += 1 }
                guard reply["Connection"] == "close" else { continue }
                return try talk.expectEnd()
            }
        } catch let failure as TestFailure {
            state.withLock { $0.surplus.append("\(failure)") }
        } catch {
            // A connection may be cut.
        }
    }
}
