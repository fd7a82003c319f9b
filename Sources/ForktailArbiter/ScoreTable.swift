import ForktailSystem

/// The free entries of the scoreboard.
struct ScoreTable {
    private let scoreboard: Scoreboard
    private var free: [Int]

    /// Far more than the workers that there can be.
    private static let count = 4096

    init() throws(Errno) {
        scoreboard = try Scoreboard(count: Self.count)
        free = (0..<Self.count).reversed()
    }

    /// Takes an entry for a new worker; nil when none is left.
    mutating func take() -> (number: Int, entry: ScoreboardEntry)? {
        guard let number = free.popLast() else { return nil }
        let entry = scoreboard[number]
        entry.clear()
        return (number, entry)
    }

    /// Gives back the entry of a worker that was reaped.
    mutating func release(_ number: Int) {
        scoreboard[number].clear()
        free.append(number)
    }
}
