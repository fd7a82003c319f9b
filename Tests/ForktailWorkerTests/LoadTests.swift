import ForktailSystem
import Testing

/// What workers tell each other on the scoreboard of how many connections they have.
struct LoadTests {
    @Test func knowsTheFewestConnectionsOfThoseThatTakeMore() throws {
        let board = try Scoreboard(count: 8)
        #expect(board[0].fewestConnections == nil)
        for number in 0..<3 { board[number].clear() }
        #expect(board[2].fewestConnections == nil)
        board[0].tell(connections: 7, acceptsMore: true)
        #expect(board[0].fewestConnections == 7)
        #expect(board[1].fewestConnections == 7)
        board[2].tell(connections: 0, acceptsMore: true)
        #expect(board[0].fewestConnections == 0)
        board[2].tell(connections: 0, acceptsMore: false)
        #expect(board[0].fewestConnections == 7)
    }

    @Test func forgetsAWorkerThatIsGone() throws {
        let board = try Scoreboard(count: 2)
        for number in 0..<2 { board[number].clear() }
        board[0].tell(connections: 1, acceptsMore: true)
        board[1].tell(connections: 2, acceptsMore: true)
        board[0].clear()
        #expect(board[1].fewestConnections == 2)
    }

    @Test func seesAllOfAFullBoard() throws {
        let board = try Scoreboard(count: 2)
        for number in 0..<2 { board[number].clear() }
        board[1].tell(connections: 3, acceptsMore: true)
        #expect(board[0].fewestConnections == 3)
    }

    /// A thread's entry is on no board.
    @Test func hasNoPeersOfItsOwn() {
        let entry = ScoreboardEntry.makePrivate()
        defer { entry.discard() }
        #expect(entry.fewestConnections == nil)
    }
}
