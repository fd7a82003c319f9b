import ForktailValues
import Glibc
import Testing

extension ProcessTests.EventTests {
    /// Workers that hold as many connections as they may, or as the system lets them.
    @Suite struct ConnectionLimitTests {
        @Test(arguments: kinds)
        func evictsOldestIdle(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "worker_connections = 3")) { server in
                let kept = try (0..<3).map { _ in
                    let talk = try Conversation(server.address)
                    #expect(try talk.ask("/pid").status == 200)
                    return talk
                }
                #expect(try kept[0].ask("/pid").status == 200)
                let fourth = try Conversation(server.address)
                #expect(try fourth.ask("/pid").status == 200)
                try kept[1].expectEnd()
                #expect(kept[0].isSilent && kept[2].isSilent)
                let fifth = try Conversation(server.address)
                #expect(try fifth.ask("/pid").status == 200)
                try kept[2].expectEnd()
                #expect(try kept[0].ask("/pid").status == 200)
            }
        }

        /// Busy connections stay open, and new ones wait in the listen queue.
        @Test(
            .enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"),
            arguments: kinds
        )
        func letsNewClientsWaitForRoom(kind: WorkerKind) throws {
            try Server.run(ServerSetup(kind, settings: "worker_connections = 2")) { server in
                let worker = try server.waitForWorkers(1)[0]
                let busy = try (0..<2).map { _ in
                    let talk = try Conversation(server.address)
                    #expect(try talk.ask("/pid").status == 200)
                    try talk.send("GET /pid HTTP/1.1\r\n")
                    return talk
                }
                for talk in busy { try server.waitUntilRead(talk.client) }
                let waiting = try (0..<4).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send(Client.request("/pid"))
                    return talk
                }
                let before = ProcessTable.entry(worker)?.ticks ?? 0
                pause(milliseconds: 600)
                #expect((ProcessTable.entry(worker)?.ticks ?? 99) - before < 10, "it spins")
                for talk in busy + waiting { #expect(talk.isSilent) }
                // The connection was kept, but it is idle, and another one waits.
                for talk in busy {
                    try talk.send("Host: a\r\n\r\n")
                    #expect(try talk.reply().status == 200)
                }
                for talk in waiting { #expect(try talk.reply().status == 200) }
                #expect(server.records.filter(\.isError).isEmpty)
            }
        }

        /// With more busy clients than room, none is closed between two of its requests.
        @Test(arguments: kinds)
        func neverEvictsBusyConnections(kind: WorkerKind) throws {
            let settings = "worker_connections = 4\nkeepalive_requests = 0"
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let end = ContinuousClock.now + .seconds(1)
                let threads = Threads()
                for number in 0..<8 {
                    threads.start { [address = server.address] _ in
                        do {
                            try Self.keepAsking(address) { ContinuousClock.now >= end }
                        } catch {
                            Issue.record("client \(number): \(error)")
                        }
                    }
                }
                threads.join()
            }
        }

        /// Clients that are always busy don't keep others out.
        @Test(arguments: kinds)
        func closesBusyConnectionsForWaitingClients(kind: WorkerKind) throws {
            let settings = "worker_connections = 2\nkeepalive_requests = 0"
            try Server.run(ServerSetup(kind, settings: settings)) { server in
                let threads = Threads()
                defer { threads.stop() }
                for number in 0..<2 {
                    threads.start { [address = server.address] isStopping in
                        do {
                            try Self.keepAsking(address, until: isStopping)
                        } catch {
                            Issue.record("client \(number): \(error)")
                        }
                    }
                }
                pause(milliseconds: 300)
                let status = try server.status(of: "/pid")
                #expect(status == 200)
            }
        }

        /// Asks at least once; a client that was silent for 100 ms may have been closed.
        private static func keepAsking(
            _ address: Address,
            until isOver: () -> Bool
        ) throws {
            var talk = try Conversation(address)
            var asked = ContinuousClock.now
            repeat {
                let before = asked
                asked = .now
                do {
                    let reply = try talk.ask("/pid")
                    #expect(reply.status == 200)
                    if reply["Connection"] == "close" { talk = try Conversation(address) }
                } catch {
                    let idle = ContinuousClock.now - before
                    guard idle >= .milliseconds(100) else {
                        throw TestFailure("\(error), after \(idle)")
                    }
                    talk = try Conversation(address)
                }
            } while !isOver()
        }

        /// A request has arrived when its connection would be evicted.
        @Test(.enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"))
        func answersAnArrivedRequestInsteadOfEvicting() throws {
            try Server.run(ServerSetup(.event, settings: "worker_connections = 2")) { server in
                for number in 0..<20 {
                    let idle = try Conversation(server.address)
                    #expect(try idle.ask("/pid").status == 200)
                    let gate = Gate(server: server, name: "busy-\(number)")
                    let busy = try Conversation(server.address)
                    try busy.send(Conversation.request(gate.path))
                    try wait(until: "a worker in the handler") { gate.worker != nil }
                    let new = try Conversation(server.address)
                    try new.send(Conversation.request("/pid"))
                    try idle.send(Conversation.request("/pid"))
                    try gate.open()
                    for talk in [busy, idle, new] { #expect(try talk.reply().status == 200) }
                }
            }
        }

        /// Without a free descriptor idle connections go, and where there are none, new ones wait.
        @Test(
            .enabled(if: WorkerKind.connectsBeforeAccept, "a handshake needs a worker"),
            arguments: kinds
        )
        func survivesWithoutDescriptors(kind: WorkerKind) throws {
            var setup = ServerSetup(kind)
            setup.wrapper = ["/usr/bin/prlimit", "--nofile=40:40"]
            try Server.run(setup) { server in
                server.expectErrors(.acceptStarved)
                let worker = try server.waitForWorkers(1)[0]
                let kept = try (0..<60).map { _ in
                    let talk = try Conversation(server.address)
                    #expect(try talk.ask("/pid").status == 200)
                    return talk
                }
                try kept[0].expectEnd()
                #expect(try kept[59].ask("/pid").status == 200)
                #expect(server.count(.acceptStarved) == 0)
                let busy = try (0..<60).map { _ in
                    let talk = try Conversation(server.address)
                    try talk.send("GET /pid HTTP/1.1\r\n")
                    return talk
                }
                try server.waitForEvent(.acceptStarved)
                let before = ProcessTable.entry(worker)?.ticks ?? 0
                pause(milliseconds: 600)
                #expect((ProcessTable.entry(worker)?.ticks ?? 99) - before < 15, "it spins")
                for talk in busy { try talk.send("Host: a\r\n\r\n") }
                for talk in busy { #expect(try talk.reply().status == 200) }
                #expect(try server.identify().process == worker)
                #expect(server.count(.acceptStarved) < 5)
            }
        }
    }
}
