import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Many connections over many workers and listeners, and what remains of each.
    @Suite struct EventServingTests {
        /// Kept connections stay with the worker that accepted them, so accepting must be even.
        ///
        /// On a busy machine one worker may have to accept what the others had no time for; so the best
        /// of several bursts counts.
        @Test(arguments: kinds, [["127.0.0.1:0"], ["127.0.0.1:0", "unix:second.sock"]])
        func spreadsConnections(kind: WorkerKind, bind: [String]) throws {
            var setup = ServerSetup(kind, workers: 4)
            setup.bind = bind
            try Server.run(setup) { server in
                try server.waitForWorkers(4)
                var bursts: [Int] = []
                for _ in 1...10 where !bursts.contains(where: { $0 <= 16 }) {
                    bursts.append(try Self.busiest(of: server))
                }
                #expect(bursts.contains { $0 <= 16 }, "\(bursts)")
            }
        }

        /// A worker whose threads are busy leaves connections to one with a free thread.
        ///
        /// On a busy machine that one may be late; so the best of several rounds counts.
        @Test func leavesConnectionsToAFreeThread() throws {
            let setup = ServerSetup(.event, workers: 2, settings: "threads = 1")
            try Server.run(setup) { server in
                try server.waitForWorkers(2)
                let gate = Gate(server: server, name: "slow")
                let held = try gate.enter()
                var late: [Int] = []
                for _ in 1...10 where !late.contains(where: { $0 <= 3 }) {
                    late.append(try (0..<20).count { _ in try !Self.isAnswered(by: server) })
                }
                #expect(late.contains { $0 <= 3 }, "\(late)")
                try gate.open()
                #expect(try held.reply().status == 200)
            }
        }

        /// Whether a request is answered at once.
        private static func isAnswered(by server: Server) throws -> Bool {
            let talk = try Conversation(server.address)
            try talk.send(Conversation.request("/pid"))
            for _ in 0..<100 where talk.isSilent { pause(milliseconds: 2) }
            return !talk.isSilent
        }

        /// How many of 32 connections that are opened at once one worker has at most.
        private static func busiest(of server: Server) throws -> Int {
            let addresses = server.addresses
            let talks = try (0..<32).map { number in
                try Conversation(addresses[number % addresses.count])
            }
            var counts: [pid_t: Int] = [:]
            for talk in talks { try talk.send(Conversation.request("/pid")) }
            for talk in talks {
                let worker = try WorkerIdentity(talk.reply().text)
                counts[worker?.process ?? 0, default: 0] += 1
            }
            for talk in talks { #expect(try talk.ask("/pid").status == 200) }
            return counts.values.max() ?? 0
        }

        /// Each answer has a line in the access log, whatever its client does.
        @Test(arguments: kinds)
        func logsEachRequest(kind: WorkerKind) throws {
            let settings = "accesslog = \"access.log\"\nmax_requests = 500"
            try Server.run(ServerSetup(kind, workers: 2, settings: settings)) { server in
                let load = KeptLoad(clients: 4, at: server.address, path: "/big/10")
                for number in 0..<50 {
                    let client = try Client(server.address)
                    try client.send(Conversation.request("/left/\(number)"))
                    if number % 2 == 0 { client.endSending() } else { _ = try client.read() }
                }
                let talk = try Conversation(server.address)
                try talk.send((0..<50).map { Conversation.request("/in-line/\($0)") }.joined())
                for _ in 0..<50 { #expect(try talk.reply().status == 404) }
                let tally = load.stop()
                #expect(tally.lost == 0, "\(tally)")
                let lines = try server.waitForAccessLines(tally.answered + 100)
                #expect(lines.count { $0.contains("/big/10 ") } == tally.answered)
                for number in 0..<50 {
                    #expect(lines.count { $0.contains("/in-line/\(number) ") } == 1)
                    #expect(lines.count { $0.contains("/left/\(number) ") } == 1)
                }
            }
        }

        /// A connection that waits holds no buffer.
        @Test(arguments: kinds)
        func keepsIdleConnectionsCheaply(kind: WorkerKind) throws {
            let settings = "worker_connections = 5000"
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let worker = try server.waitForWorkers(1)[0]
                // What grows with the first requests is not the connections' own.
                let warm = try (0..<100).map { _ in try Self.used(server) }
                let before = Self.privateMemory(of: worker)
                let talks = try (0..<2000).map { _ in try Self.used(server) }
                let grown = Self.privateMemory(of: worker) - before
                print("\(kind): \(grown / talks.count) bytes for each idle connection")
                // Handshakes at a time leave free pages of OpenSSL's memory, 2 MiB at most.
                let isSecure = WorkerKind.chosen == .tls
                let limit = isSecure ? talks.count * 16_384 + 2_097_152 : talks.count * 1024
                #expect(grown <= limit, "\(grown) bytes for \(talks.count)")
                for talk in warm + talks.prefix(50) { #expect(try talk.ask("/pid").status == 200) }
            }
        }

        private static func used(_ server: Server) throws -> Conversation {
            let talk = try Conversation(server.address)
            _ = try talk.ask("/pid")
            return talk
        }

        /// In bytes: /proc/PID/smaps_rollup of proc(5).
        private static func privateMemory(of process: pid_t) -> Int {
            ProcessTable.text(of: "/proc/\(process)/smaps_rollup").split(separator: "\n")
                .filter { $0.hasPrefix("Private_") }
                .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
                .reduce(0, +) * 1024
        }
    }
}
