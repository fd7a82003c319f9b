import ForktailSupervision

/// How many seeds saw what, so that a simulation that never gets anywhere is noticed.
struct Coverage {
    /// What a seed may see.
    enum Sight: Int, CaseIterable {
        case abort, kill, silentWorker, bootTimeout, gracefulTimeout, skippedRound, escalation
        case delayedRespawn, forkFailure, degraded, bootFailure
        case reload, completed, rollback, rolledBack, overtaken, removedSlot, surplus
        case refused, stopDuringReload, settled, stopped
        case recycled, recyclingGivenUp, allRetired, addedToNone, recalled, abandonedWhileRetired
        case upgraded, upgradeFailed, upgradeExited, cancelledUpgrade, predecessorExited, handedOver
        case otherArbiterStops, diedServing, respawnPaced
        case drainer, drained, drainerDied, drainerOverdue, silentProgram
        case scaledUp, scaledDown, scalingHeld, boundsChanged, mostWorkers
        case delay, stopDelayed, delayOver, delayCut, respawnInDelay
        case lateFork, failedLateFork, lostFork, droppedFork, toldBeforeFork
    }

    private(set) var seeds = [Int](repeating: 0, count: Sight.allCases.count)
    private var current: UInt64 = 0

    mutating func see(_ sight: Sight) {
        current |= 1 &<< UInt64(sight.rawValue)
    }

    mutating func see(_ notice: Notice) {
        switch notice {
        case .workerReady, .workersChanged, .workerExited, .reloadRolling, .stopEscalated: break
        case .workerRecycling, .stopDelayed: break
        case .workersScaled(let from, let to, _): see(from < to ? .scaledUp : .scaledDown)
        case .scalingHeld: see(.scalingHeld)
        case .boundsChanged: see(.boundsChanged)
        case .workerRetired(_, _, let reason): see(retirement: reason)
        case .workerAborted(_, _, let reason): see(.abort, for: reason)
        case .workerKilled(_, _, let reason): see(.kill, for: reason)
        case .spawnFailed: see(.forkFailure)
        case .respawnDelayed: see(.delayedRespawn)
        case .respawnPaced: see(.respawnPaced)
        case .degraded: see(.degraded)
        case .bootFailed: see(.bootFailure)
        case .roundSkipped: see(.skippedRound)
        case .reloadStarted: see(.reload)
        case .reloadOvertaken: see(.overtaken)
        case .reloadCompleted: see(.completed)
        case .reloadFailed: see(.rollback)
        case .rollbackCompleted: see(.rolledBack)
        case .commandRefused(_, .mostWorkers(_)): see(.mostWorkers)
        case .commandRefused: see(.refused)
        }
    }

    private mutating func see(retirement reason: Retirement) {
        switch reason {
        case .slotRemoved: see(.removedSlot)
        case .surplus: see(.surplus)
        case .replaced, .reloadGivenUp, .notNeeded: break
        case .recycled: see(.recycled)
        case .recyclingGivenUp: see(.recyclingGivenUp)
        case .allRetired: see(.allRetired)
        case .handedOver: see(.handedOver)
        }
    }

    private mutating func see(_ sight: Sight, for reason: KillReason) {
        see(sight)
        switch reason {
        case .silent: see(.silentWorker)
        case .bootTimeout: see(.bootTimeout)
        case .gracefulTimeout: see(.gracefulTimeout)
        case .escalation: see(.escalation)
        }
    }

    /// Counts what the seed has seen.
    mutating func finishSeed() {
        for sight in Sight.allCases where current & (1 &<< UInt64(sight.rawValue)) != 0 {
            seeds[sight.rawValue] += 1
        }
        current = 0
    }

    mutating func add(_ other: Coverage) {
        for index in seeds.indices {
            seeds[index] += other.seeds[index]
        }
    }

    subscript(sight: Sight) -> Int {
        seeds[sight.rawValue]
    }
}
