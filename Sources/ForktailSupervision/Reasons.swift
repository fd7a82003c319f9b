// Why workers are asked to leave, aborted and killed, and how they end; why a reload and the arbiter
// end.

/// What a worker was last told to do, and why.
package enum Instruction: Hashable, Sendable {
    /// Nothing: it serves, or boots.
    case none
    /// Finish the request and leave; the others stay.
    case retire(Retirement)
    /// Serve until the listen queues are empty, because the whole arbiter stops.
    case drain
    /// Leave, because the whole arbiter stops.
    case stop(StopMode)
    /// Abort the request and die.
    case abort(KillReason)
    /// Die.
    case kill(KillReason)
}

/// Why one worker is asked to leave while the others stay.
package enum Retirement: Hashable, Sendable {
    /// Its slot was removed: SIGTTOU.
    case slotRemoved
    /// The load needs fewer workers.
    case notNeeded
    /// A worker of the given generation has taken its slot.
    case replaced(generation: Int)
    /// The given generation has fewer slots.
    case surplus(generation: Int)
    /// It was booting for a reload or rollback that was given up or overtaken by another one.
    case reloadGivenUp(generation: Int)
    /// It has served its time, and its replacement is ready.
    case recycled(RecycleReason)
    /// It was booting to replace a worker that has served its time, but a reload or a stop came
    /// first.
    case recyclingGivenUp
    /// All of them were retired: SIGWINCH.
    case allRetired
    /// The arbiter stops while another one serves the same listeners.
    case handedOver
}

/// Why the load changes the number of workers.
package enum ScalingReason: Hashable, Sendable {
    /// All workers are busy, and connections wait.
    case busy(workers: Int, waiting: Int)
    /// More than one worker had nothing to do for so long.
    case idle(Duration)
}

/// Why a worker has served its time.
package enum RecycleReason: Hashable, Sendable {
    /// It has answered this many requests.
    case requests(Int)
    /// It has lived for this long.
    case lifetime(Duration)
    /// It uses this much memory.
    case memory(bytes: UInt64)
    /// A thread of it is stuck in its handler.
    case stuck
    /// A command asked for it.
    case command
}

/// Why a worker is aborted or killed.
package enum KillReason: Hashable, Sendable {
    /// It was silent for this long.
    case silent(Duration)
    /// It was not ready after this long.
    case bootTimeout(Duration)
    /// It was asked to leave and had not left after this long.
    case gracefulTimeout(Duration)
    /// The arbiter was told to stop once more, or gives up.
    case escalation
}

/// What has caused a worker's end.
package enum ExitCause: Hashable, Sendable {
    /// Nothing that the arbiter did: it crashed, left by itself, or another process killed it.
    case unexpected
    /// It was asked to leave while the others stay.
    case retired(Retirement)
    /// The whole arbiter stops.
    case stopped(StopMode)
    /// It was aborted, and died of that.
    case aborted(KillReason)
    /// It was killed.
    case killed(KillReason)
}

/// How a worker failed that was never ready, or not for long.
package enum BootFailure: Hashable, Sendable {
    /// There was no process: `fork(2)` or `pipe(2)` failed.
    case notSpawned
    /// It ended before it was ready, or within a second after that without having served a request.
    case exited(ExitStatus)
    /// It was not ready within the boot timeout.
    case timedOut
}

/// Why a reload was given up.
package enum ReloadFailure: Hashable, Sendable {
    /// The slot's workers of the new generation failed this many times in a row.
    case cannotBoot(generation: Int, slot: Int, failures: Int, last: BootFailure)
    /// All workers were retired by command before the reload was completed.
    case allRetired(generation: Int)
}

/// Why the arbiter exits.
package enum ExitReason: Hashable, Sendable {
    /// It was asked to.
    case stopped
    /// The workers of the first generation could not boot.
    case bootFailed

    /// The code to exit with.
    package var exitCode: ExitCode {
        switch self {
        case .stopped: .success
        case .bootFailed: .bootFailed
        }
    }
}
