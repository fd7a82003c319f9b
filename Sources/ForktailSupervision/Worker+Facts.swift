extension Worker {
    /// What is known of it, for log lines.
    var facts: WorkerFacts {
        WorkerFacts(
            slot: slot,
            generation: generation,
            startedAt: startedAt,
            isReady: isReady,
            instruction: instruction
        )
    }

    /// The notice of its end.
    func exitNotice(_ status: ExitStatus, at now: Instant) -> Notice {
        .workerExited(
            id,
            slot: slot,
            generation: generation,
            status: status,
            lived: now - startedAt,
            cause: exitCause
        )
    }

    private var exitCause: ExitCause {
        switch instruction {
        case .none, .drain: .unexpected
        case .retire(let reason): .retired(reason)
        case .stop(let mode): .stopped(mode)
        case .abort(let reason): .aborted(reason)
        case .kill(let reason): .killed(reason)
        }
    }

    /// How it failed to boot; `nil` if it was ready for long enough, or has served: a worker that a
    /// request has crashed was able to boot.
    func bootFailure(_ status: ExitStatus, hasServed: Bool, at now: Instant) -> BootFailure? {
        guard let health = health(at: now) else { return bootFailure(status) }
        return health < Interval.settling && !hasServed ? .exited(status) : nil
    }

    private func bootFailure(_ status: ExitStatus) -> BootFailure {
        switch instruction {
        case .abort(.bootTimeout), .kill(.bootTimeout): .timedOut
        case .none, .retire, .drain, .stop, .abort, .kill: .exited(status)
        }
    }
}
