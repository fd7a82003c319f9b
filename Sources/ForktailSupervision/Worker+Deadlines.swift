extension Worker {
    /// When `enforceLimits` has something to do; `nil` for never.
    ///
    /// Nothing can be done to a worker that does not exist yet. The arbiter answers in time what has
    /// become of it, and the limits count from there.
    var deadline: Instant? {
        guard stage != .spawning else { return nil }
        return switch instruction {
        case .none: watchDeadline
        case .retire, .drain, .stop: earliest(resendDeadline, earliest(leaveBy, watchDeadline))
        case .abort: leaveBy
        case .kill: nil
        }
    }

    /// Kills, aborts, or sends its instruction again, if that was due at a time whose signs of life
    /// are all known.
    mutating func enforceLimits(
        heardUntil: Instant,
        at now: Instant,
        into actions: inout [Action]
    ) {
        guard let deadline, deadline <= heardUntil else { return }
        if let leaveBy, leaveBy <= heardUntil {
            kill(killReason(at: now), at: now, into: &actions)
        } else if let watchDeadline, watchDeadline <= heardUntil {
            abort(abortReason(at: now), at: now, into: &actions)
        } else {
            sendInstruction(at: now, into: &actions)
        }
    }

    /// When it has given no sign of life, or has booted, for too long.
    private var watchDeadline: Instant? {
        switch instruction {
        case .none, .retire, .drain, .stop: watchLimit.map { watchedFrom + $0 }
        case .abort, .kill: nil
        }
    }

    private var watchLimit: Duration? {
        switch stage {
        case .spawning, .booting: policy.bootTimeout
        case .ready: beats ? policy.timeout : nil
        }
    }

    private var resendDeadline: Instant? {
        switch instruction {
        case .none, .drain, .abort, .kill: nil
        case .retire, .stop: policy.kind == .own ? sentAt + Interval.resend : nil
        }
    }

    private func abortReason(at now: Instant) -> KillReason {
        switch stage {
        case .spawning, .booting: .bootTimeout(now - startedAt)
        case .ready: .silent(now - heardAt)
        }
    }

    private func killReason(at now: Instant) -> KillReason {
        switch instruction {
        case .abort(let reason), .kill(let reason): reason
        case .none, .retire, .drain, .stop: .gracefulTimeout(now - (askedAt ?? now))
        }
    }
}

/// Returns the earlier of two instants, where `nil` means never.
func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left else { return right }
    guard let right else { return left }
    return min(left, right)
}
