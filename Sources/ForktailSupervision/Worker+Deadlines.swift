extension Worker {
    /// When `enforceLimits` has something to do, if ever.
    var deadline: Instant? {
        switch order {
        case .none: watchDeadline
        case .retire, .stop: earliest(nudgeDeadline, earliest(leaveBy, watchDeadline))
        case .abort: leaveBy
        case .kill: nil
        }
    }

    /// Does what is due: kills, aborts, or asks once more to leave.
    mutating func enforceLimits(at now: Instant, into actions: inout [Action]) {
        guard let deadline, deadline <= now else { return }
        if let leaveBy, leaveBy <= now {
            kill(killReason(at: now), at: now, into: &actions)
        } else if let watchDeadline, watchDeadline <= now {
            abort(abortReason(at: now), at: now, into: &actions)
        } else {
            signalOrder(at: now, into: &actions)
        }
    }

    /// When it has been silent, or booting, for too long.
    private var watchDeadline: Instant? {
        switch order {
        case .none, .retire, .stop: watchLimit.map { watchedFrom + $0 }
        case .abort, .kill: nil
        }
    }

    private var watchLimit: Duration? {
        switch stage {
        case .spawning, .booting: policy.bootTimeout
        case .ready: policy.timeout
        }
    }

    private var nudgeDeadline: Instant? {
        switch order {
        case .none, .abort, .kill: nil
        case .retire, .stop: nudgedAt + Interval.nudge
        }
    }

    private func abortReason(at now: Instant) -> KillReason {
        switch stage {
        case .spawning, .booting: .bootTimeout(now - startedAt)
        case .ready: .silent(now - heardAt)
        }
    }

    private func killReason(at now: Instant) -> KillReason {
        switch order {
        case .abort(let reason), .kill(let reason): reason
        case .none, .retire, .stop: .gracefulTimeout(now - (askedAt ?? now))
        }
    }
}

/// Returns the earlier of two instants, where `nil` means never.
func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left else { return right }
    guard let right else { return left }
    return min(left, right)
}
