import ForktailSupervision

/// What can be seen of the world.
extension Simulation {
    static func instant(_ milliseconds: Int) -> Instant {
        Instant(sinceBoot: .milliseconds(milliseconds))
    }

    static func milliseconds(_ instant: Instant) -> Int {
        milliseconds(instant.sinceBoot)
    }

    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    /// The workers that are ready and were not asked to do anything else.
    var readyCount: Int {
        var count = 0
        for worker in workers where worker.isServing {
            count += 1
        }
        return count
    }

    /// Whether exactly the right workers are there; where the settings in force cannot boot, that
    /// nothing more can be expected.
    var isSettled: Bool {
        guard oracle.trial == nil, oracle.stops == 0, oracle.exit == nil else { return false }
        guard oracle.wanted == 0 || oracle.inForce.canBoot else { return oracle.wasReady }
        guard workers.count == oracle.wanted, readyCount == oracle.wanted else { return false }
        for worker in workers {
            guard worker.generation == oracle.inForce.generation else { return false }
            guard worker.recycling == nil else { return false }
        }
        return true
    }

    func require(
        _ condition: @autoclosure () -> Bool,
        _ invariant: @autoclosure () -> String
    ) throws(Violation) {
        guard !condition() else { return }
        throw Violation(seed: seed, invariant: invariant(), trace: trace?.lines ?? [])
    }
}
