/// When the service counts as up, and when it is given up.
extension Supervisor {
    /// Takes note that a worker has been ready.
    mutating func noteFirstReady() {
        switch lifecycle {
        case .booting: lifecycle = .settling
        case .idle, .settling, .serving, .delayingStop, .stopping, .exited: break
        }
    }

    /// Announces the service once every slot either serves or has failed too often.
    mutating func announceReadiness() {
        switch lifecycle {
        case .settling: break
        case .idle, .booting, .serving, .delayingStop, .stopping, .exited: return
        }
        let ready = counts.ready
        guard ready > 0, isSettled else { return }
        lifecycle = .serving
        actions.append(.becameReady)
        guard ready < goal.workers else { return }
        actions.append(.report(.degraded(ready: ready, wanted: goal.workers)))
    }

    /// Whether no worker has ever been ready and every slot has failed too often; a reload that is
    /// being tried gets its chance first, and where no worker is wanted none fails.
    var isHopeless: Bool {
        guard lifecycle == .booting, current.workers > 0 else { return false }
        guard !isOnTrial(goal.number) else { return false }
        for slot in table.slots.prefix(current.workers) where !slot.backOff.isExhausted {
            return false
        }
        return true
    }

    private var isSettled: Bool {
        for slot in table.slots.prefix(goal.workers) {
            let isServing = slot.holder?.isServing ?? false
            guard isServing || slot.backOff.failures >= BackOff.patience else { return false }
        }
        return true
    }
}
