import ForktailSystem
import Testing

/// What the arbiter publishes, and what a reader makes of it.
@Suite struct BoardTests {
    @Test func readsWhatWasPublished() throws {
        let board = try Board()
        let scoreboard = try Scoreboard(count: 4)
        scoreboard[2].clear()
        scoreboard[2].count(status: 404, bytesIn: 5, bytesOut: 6, nanoseconds: 0)
        var state = ServiceState()
        state.published = Instant(nanosecondsSinceBoot: 17)
        state.process = 4711
        state.title = "shop 1.0"
        state.phase = .serving
        state.ready = 1
        state.reloadFailure = String(repeating: "x", count: 1000)
        state.counters[.timeout] = 3
        state.ended.requests = 9
        state.listeners = [.init(url: "http://a", queue: 3, limit: 10)]
        state.listeners += [.init(url: "unix:/b", queue: nil, limit: nil)]
        state.workers = [
            .init(
                process: 1,
                slot: 5,
                generation: 2,
                stage: .ready,
                score: 2,
                isProgram: false,
                started: Instant(nanosecondsSinceBoot: 3)
            )
        ]
        board.publish(state)
        let (read, scores) = board.read(scoreboard)
        #expect(read.published == state.published)
        #expect(read.process == 4711)
        #expect(read.title == "shop 1.0")
        #expect(read.isReady)
        #expect(read.reloadFailure == String(repeating: "x", count: 508) + "…")
        #expect(read.counters == state.counters)
        #expect(read.ended == state.ended)
        #expect(read.listeners.map(\.queue) == [3, nil])
        #expect(read.listeners.map(\.url) == ["http://a", "unix:/b"])
        #expect(read.workers.map(\.slot) == [5])
        #expect(scores.map(\.work.answers[4]) == [1])
    }

    @Test func keepsTheLastThousandEvents() throws {
        let board = try Board()
        #expect(board.events(after: 0).isEmpty)
        for number in 1...1500 {
            board.add(.info, .workerReady, "event \(number)", at: .now())
        }
        let events = board.events(after: 0)
        #expect(events.count == 1000)
        #expect(events.first?.message == "event 501")
        #expect(events.last?.number == 1500)
        #expect(events.last?.name == "worker_ready")
        #expect(board.events(after: 1498).map(\.number) == [1499, 1500])
        #expect(board.events(after: 1500).isEmpty)
        // The board of a new arbiter, after an upgrade, has fewer.
        #expect(board.events(after: 1501).count == 1000)
    }

    @Test func keepsTheLastCommands() throws {
        let board = try Board()
        #expect(board.command(7)?.state == nil)
        board.note(7, .pending, "")
        board.note(7, .done, "3 workers")
        #expect(board.command(7)?.state == .done)
        #expect(board.command(7)?.message == "3 workers")
        for ticket in 100..<164 { board.note(UInt64(ticket), .refused, "no") }
        #expect(board.command(7)?.state == nil)
        #expect(board.command(100)?.state == .refused)
    }

    @Test func sendsCommandsAsRecords() throws {
        let ends = try CommandChannel.open()
        let arbiter = FileDescriptor(owning: ends.arbiter)
        let observer = FileDescriptor(owning: ends.observer)
        let command = ControlCommand(
            ticket: 7,
            kind: .scale,
            argument: 3,
            process: 11,
            user: 12
        )
        guard case .nothing = arbiter.receiveCommand() else { throw Unexpected() }
        try observer.send(command)
        try observer.writeAll("garbage")
        guard case .command(let received) = arbiter.receiveCommand() else { throw Unexpected() }
        #expect(received == command)
        guard case .garbage = arbiter.receiveCommand() else { throw Unexpected() }
        _ = consume observer
        guard case .end = arbiter.receiveCommand() else { throw Unexpected() }
    }

    private struct Unexpected: Error {}
}
