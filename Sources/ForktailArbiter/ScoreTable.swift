import ForktailSystem

/// The free entries of the scoreboard.
struct ScoreTable {
    let scoreboard: Scoreboard
    /// What the workers did whose entries were given back.
    private(set) var ended = Work()
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
        let work = scoreboard[number].read().work
        if work.isPlausible { ended = ended + work }
        scoreboard[number].clear()
        free.append(number)
    }
}
