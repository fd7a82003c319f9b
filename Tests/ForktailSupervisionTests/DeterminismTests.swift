import Testing

@Suite struct DeterminismTests {
    @Test func decidesTheSameOnTheSameEvents() throws {
        for seed in 0..<100 {
            var first = Simulation(seed: seed, traced: true)
            var second = Simulation(seed: seed, traced: true)
            try first.run()
            try second.run()
            let lines = try #require(first.trace?.lines)
            #expect(lines == second.trace?.lines, "seed \(seed)")
            #expect(lines.count > 3)
        }
    }
}
