// When the service counts as up, and when it is given up.
extension Supervisor {
    /// Notes that a worker has been ready.
    mutating func noteFirstReady() {
        if lifecycle == .booting { lifecycle = .settling }
    }

    /// Announces the service once every slot serves or has failed too often.
    mutating func announceReadiness() {
        let ready = counts.ready
        guard lifecycle == .settling, ready > 0, isSettled else { return }
        lifecycle = .serving
        actions.append(.becameReady)
        guard ready < target.workers else { return }
        actions.append(.report(.degraded(ready: ready, wanted: target.workers)))
    }

    /// Whether no worker has ever been ready and every slot has failed too often.
    ///
    /// A reload that is on trial gets its chance first. Where no worker is wanted, none fails.
    var bootHasFailed: Bool {
        guard lifecycle == .booting, current.workers > 0 else { return false }
        guard !isOnTrial(target.number) else { return false }
        for slot in table.slots.prefix(current.workers) where !slot.backOff.isExhausted {
            return false
        }
        return true
    }

    private var isSettled: Bool {
        for slot in table.slots.prefix(target.workers) {
            let isServing = slot.current?.isServing ?? false
            guard isServing || slot.backOff.failures >= BackOff.freeFailures else { return false }
        }
        return true
    }
}
