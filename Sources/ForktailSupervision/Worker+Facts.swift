extension Worker {
    /// What the log may tell of it.
    var facts: WorkerFacts {
        WorkerFacts(
            slot: slot,
            generation: generation,
            startedAt: startedAt,
            isReady: isReady,
            order: order
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
        switch order {
        case .none: .unexpected
        case .retire(let reason): .retired(reason)
        case .stop(let mode): .stopped(mode)
        case .abort(let reason): .aborted(reason)
        case .kill(let reason): .killed(reason)
        }
    }

    /// How it failed to boot, or `nil` if it was ready for long enough, or long enough to serve: what
    /// a request has brought down could boot.
    func bootFailure(_ status: ExitStatus, hasServed: Bool, at now: Instant) -> BootFailure? {
        guard let health = health(at: now) else { return bootFailure(status) }
        return health < Interval.settling && !hasServed ? .exited(status) : nil
    }

    private func bootFailure(_ status: ExitStatus) -> BootFailure {
        switch order {
        case .abort(.bootTimeout), .kill(.bootTimeout): .timedOut
        case .none, .retire, .stop, .abort, .kill: .exited(status)
        }
    }
}
