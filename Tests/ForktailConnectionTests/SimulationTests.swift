import ForktailTestSupport
import Testing

@Suite struct SimulationTests {
    /// How many worlds are simulated: `FORKTAIL_WORLDS`; `FORKTAIL_SEED` replays one of them instead.
    static let seeds = ProcessEnvironment.value(of: "FORKTAIL_WORLDS").flatMap { Int($0) } ?? 40_000

    @Test func keepsItsPromisesInAnyWorld() async {
        if let seed = Seed.given.flatMap({ Int(exactly: $0) }) { return Self.replay(seed) }
        let lanes = 2
        let coverage = await withTaskGroup(of: Coverage.self) { group in
            for lane in 0..<lanes {
                group.addTask { await Self.simulate(stride(from: lane, to: Self.seeds, by: lanes)) }
            }
            return await group.reduce(into: Coverage()) { $0.add($1) }
        }
        if coverage.isComplete { Self.expectEnough(coverage) }
    }

    private static func simulate(_ seeds: StrideTo<Int>) async -> Coverage {
        var sum = Coverage()
        var violations = 0
        for seed in seeds where violations < 3 {
            let world = World(seed: seed)
            do throws(Violation) {
                try world.run()
            } catch {
                violations += 1
                Issue.record("\(traced(error.seed))")
                sum.isComplete = false
            }
            sum.add(world.coverage)
            // The other tests share the threads that run this one.
            if seed % 64 == 0 { await Task.yield() }
        }
        return sum
    }

    /// Runs a failed seed again, with a trace.
    private static func traced(_ seed: Int) -> Violation {
        let world = World(seed: seed, traced: true)
        do throws(Violation) {
            try world.run()
        } catch {
            return Violation(
                seed: seed,
                invariant: error.invariant,
                trace: world.trace?.lines ?? []
            )
        }
        return Violation(seed: seed, invariant: "the same seed gives the same world")
    }

    private static func replay(_ seed: Int) {
        let world = World(seed: seed, traced: true)
        do throws(Violation) {
            try world.run()
        } catch {
            Issue.record("seed \(seed): \(error.invariant)")
        }
        for line in world.trace?.lines ?? [] { print(line) }
    }

    private static func expectEnough(_ coverage: Coverage) {
        for (name, worlds) in zip(Coverage.names, coverage.worlds) {
            #expect(worlds >= seeds / 1000, "\(name) is seen too rarely: \(worlds)")
        }
    }
}
