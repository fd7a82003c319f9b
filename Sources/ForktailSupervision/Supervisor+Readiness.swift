/// When the service counts as up, and when it is given up.
extension Supervisor {
    /// Takes note that a worker has been ready.
    mutating func noteFirstReady() {
        switch lifecycle {
        case .booting: lifecycle = .settling
        case .idle, .settling, .serving, .stopping, .exited: break
        }
    }

    /// Announces the service once every slot either serves or has failed too often.
    mutating func announceReadiness() {
        switch lifecycle {
        case .settling: break
        case .idle, .booting, .serving, .stopping, .exited: return
        }
        let ready = counts.ready
        guard ready > 0, isSettled else { return }
        lifecycle = .serving
        actions.append(.becameReady)
        guard ready < goal.policy.workers else { return }
        actions.append(.report(.degraded(ready: ready, wanted: goal.policy.workers)))
    }

    /// Whether no worker has ever been ready and every slot has failed too often; a reload that is
    /// being tried gets its chance first.
    var isHopeless: Bool {
        guard lifecycle == .booting, !isOnTrial(goal.number) else { return false }
        for slot in table.slots.prefix(current.policy.workers) where !slot.backOff.isExhausted {
            return false
        }
        return true
    }

    private var isSettled: Bool {
        for slot in table.slots.prefix(goal.policy.workers) {
            let isServing = slot.holder?.isServing ?? false
            guard isServing || slot.backOff.failures >= BackOff.patience else { return false }
        }
        return true
    }
}
