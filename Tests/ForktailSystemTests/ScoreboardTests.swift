import ForktailSystem
import Testing

/// The shared memory in which workers tell what they do.
@Suite struct ScoreboardTests {
    @Test func readsWhatAWorkerWrites() throws {
        let entry = try Scoreboard(count: 1)[0]
        entry.clear()
        #expect(entry.read().request == nil)
        #expect(!entry.read().hasServed)
        let start = Instant(sinceBoot: .seconds(5))
        entry.beginRequest(
            method: Array("GET".utf8).span,
            target: Array("/orders/17".utf8).span,
            since: start
        )
        let request = try #require(entry.read().request)
        #expect(request.method == "GET")
        #expect(request.target == "/orders/17")
        #expect(request.since == .seconds(5))
        #expect(entry.read().hasServed)
        entry.endRequest()
        #expect(entry.read().request == nil)
        entry.count(
            status: 204,
            bytesIn: 100,
            bytesOut: 7,
            nanoseconds: Duration.microseconds(3).nanoseconds
        )
        let score = entry.read()
        #expect(score.work.requests == 1)
        #expect(score.work.bytesIn == 100)
        #expect(score.work.bytesOut == 7)
        #expect(score.work.answers[2] == 1)
    }

    @Test func cutsALongTarget() throws {
        let entry = try Scoreboard(count: 1)[0]
        entry.beginRequest(
            method: Array("POST".utf8).span,
            target: Array(String(repeating: "a", count: 1000).utf8).span,
            since: .now()
        )
        let target = try #require(entry.read().request).target
        #expect(target == String(repeating: "a", count: 256) + "…")
    }

    @Test func putsOddStatusesAndTimesIntoTheOuterClasses() throws {
        let entry = try Scoreboard(count: 1)[0]
        for status in [-1, 0, 99, 100, 999, 10_000] {
            entry.count(
                status: status,
                bytesIn: 0,
                bytesOut: 0,
                nanoseconds: Duration.seconds(86_400).nanoseconds
            )
        }
        let score = entry.read()
        #expect(score.work.requests == 6)
        #expect(score.work.answers.reduce(0, +) == 6)
        #expect(score.work.latency(ofPercent: 50) == nil)
    }

    @Test func boundsLatenciesByQuartersOfPowersOfTwo() throws {
        let entry = try Scoreboard(count: 1)[0]
        #expect(entry.read().work.latency(ofPercent: 50) == nil)
        for _ in 0..<98 {
            entry.count(
                status: 200,
                bytesIn: 0,
                bytesOut: 0,
                nanoseconds: Duration.microseconds(700).nanoseconds
            )
        }
        for _ in 0..<2 {
            entry.count(
                status: 200,
                bytesIn: 0,
                bytesOut: 0,
                nanoseconds: Duration.milliseconds(100).nanoseconds
            )
        }
        #expect(entry.read().work.latency(ofPercent: 50) == .microseconds(768))
        #expect(entry.read().work.latency(ofPercent: 98) == .microseconds(768))
        #expect(entry.read().work.latency(ofPercent: 99) == .microseconds(114_688))
    }

    @Test func findsTheLeastLoadedWorker() throws {
        let board = try Scoreboard(count: 3)
        #expect(board[0].fewestConnections == nil)
        for number in 0..<3 { board[number].clear() }
        board[0].tell(connections: 7, acceptsMore: true)
        board[1].tell(connections: 2, acceptsMore: true)
        board[2].tell(connections: 0, acceptsMore: false)
        #expect(board[0].fewestConnections == 2)
        board[1].clear()
        #expect(board[0].fewestConnections == 7)
    }

    /// What a worker says of its boot, and what the arbiter reads.
    @Test(arguments: [
        ("", nil),
        ("out of luck", "out of luck"),
        (String(repeating: "x", count: 512), String(repeating: "x", count: 512)),
        (String(repeating: "x", count: 9000), String(repeating: "x", count: 512) + "…"),
    ])
    func keepsTheReasonOfAFailedBoot(reason: String, read: String?) throws {
        let entry = try Scoreboard(count: 1)[0]
        entry.noteBootFailure(reason)
        #expect(entry.read().bootFailure == read)
        entry.clear()
        #expect(entry.read().bootFailure == nil)
    }

    @Test func announcesAStopToOneWorker() throws {
        let board = try Scoreboard(count: 2)
        board[1].announceStop()
        #expect(!board[0].isStopping)
        #expect(board[1].isStopping)
        board[1].clear()
        #expect(!board[1].isStopping)
    }
}
