import ForktailSupervision
import ForktailTestSupport
import Testing

@Suite struct SimulationTests {
    /// How many worlds are simulated: `FORKTAIL_WORLDS`; `FORKTAIL_SEED` replays one of them instead.
    static let seeds = ProcessEnvironment.value(of: "FORKTAIL_WORLDS").flatMap { Int($0) } ?? 20_000

    @Test func holdsItsPromisesInAnyWorld() async {
        if let seed = Seed.given.flatMap({ Int(exactly: $0) }) { return Self.replay(seed) }
        let lanes = 3
        let coverage = await withTaskGroup(of: Coverage.self) { group in
            for lane in 0..<lanes {
                group.addTask { await Self.simulate(stride(from: lane, to: Self.seeds, by: lanes)) }
            }
            return await group.reduce(into: Coverage()) { $0.add($1) }
        }
        Self.expectEnough(coverage)
    }

    private static func simulate(_ seeds: StrideTo<Int>) async -> Coverage {
        var sum = Coverage()
        var violations = 0
        for seed in seeds where violations < 3 {
            var simulation = Simulation(seed: seed)
            do throws(Violation) {
                try simulation.run()
            } catch {
                violations += 1
                Issue.record("\(traced(error.seed))")
            }
            sum.add(simulation.coverage)
            // The other tests share the threads that run this one.
            if seed % 64 == 0 { await Task.yield() }
        }
        return sum
    }

    /// Runs a failed seed again, with a trace.
    private static func traced(_ seed: Int) -> Violation {
        var simulation = Simulation(seed: seed, traced: true)
        do throws(Violation) {
            try simulation.run()
        } catch {
            return error
        }
        return Violation(seed: seed, invariant: "the same seed gives the same world")
    }

    private static func replay(_ seed: Int) {
        var simulation = Simulation(seed: seed, traced: true)
        do throws(Violation) {
            try simulation.run()
        } catch {
            Issue.record("seed \(seed): \(error.invariant)")
        }
        for line in simulation.trace?.lines ?? [] { print(line) }
    }

    private static func expectEnough(_ coverage: Coverage) {
        for sight in Coverage.Sight.allCases {
            #expect(coverage[sight] >= seeds / 200, "\(sight) is seen too rarely")
        }
    }
}
