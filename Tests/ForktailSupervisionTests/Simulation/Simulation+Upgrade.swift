import ForktailSupervision

/// The other arbiter in the simulated world.
extension Simulation {
    /// A message about the other arbiter that is still to come.
    struct Tiding {
        let at: Int
        let event: Event
    }

    /// Starts a new arbiter, of which something is heard at once or later.
    mutating func startUpgrade(answers: inout [Event]) throws(Violation) {
        try require(oracle.isRunning, "no upgrade while stopping")
        try require(!oracle.isRolling, "no upgrade during a reload")
        try require(oracle.upgrade == .none, "there is one other arbiter at most")
        oracle.upgrade = .starting
        let event: Event = random.chance(percent: 65) ? .upgradeStarted : .upgradeFailed
        if random.chance(percent: 20) { return answers.append(event) }
        tiding = Tiding(at: now + random.number(1, 1500), event: event)
    }

    /// Ends it; its earlier messages may still arrive.
    mutating func cancelUpgrade() throws(Violation) {
        try require(oracle.upgrade == .starting, "an upgrade is cancelled while it starts")
        try require(!oracle.isRunning, "an upgrade is cancelled by a stop")
        oracle.upgrade = .none
        coverage.see(.cancelledUpgrade)
        if random.chance(percent: 80) { tiding = nil }
    }

    /// Hears what is new of the other arbiter.
    mutating func hear(_ tiding: Tiding) -> Event {
        self.tiding = nil
        return tiding.event
    }

    /// Notes a message about the other arbiter in the books.
    mutating func noteCompanion(_ event: Event) {
        let before = oracle.upgrade
        oracle.upgrade = before.after(event)
        switch (before, oracle.upgrade) {
        case (.starting, .running): noteUpgradeRunning()
        case (.starting, .none): coverage.see(.upgradeFailed)
        case (.running, .none): coverage.see(.upgradeExited)
        case (.predecessor, .none): coverage.see(.predecessorExited)
        case (_, .stopping): coverage.see(.otherArbiterStops)
        default: break
        }
    }

    private mutating func noteUpgradeRunning() {
        coverage.see(.upgraded)
        guard random.chance(percent: 50) else { return }
        tiding = Tiding(at: now + random.number(1, 4000), event: .upgradeExited)
    }

    /// A command that has to start an upgrade does.
    func checkUpgrade(
        after event: Event,
        _ actions: [Action],
        before: Snapshot
    ) throws(Violation) {
        guard event == .upgrade, oracle.isRunning, !before.isReloading else { return }
        guard before.upgrade == .none else { return }
        try require(actions.contains(.startUpgrade), "an upgrade starts where it can")
    }
}
