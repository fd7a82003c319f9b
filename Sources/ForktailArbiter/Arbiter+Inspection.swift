import ForktailConfiguration
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// How often the arbiter looks for workers that have served their time.
    private static let inspectionInterval = Duration.seconds(2)

    /// When it looks next; nil where no worker's time is limited.
    var inspectionDeadline: Instant? {
        generations.current.configuration.limitsWorkers ? nextInspection : nil
    }

    /// Names the workers that have lived too long or occupy too much; from outside, so that it holds
    /// for a stuck worker too.
    func inspectWorkers(at now: Instant) {
        guard let inspectionDeadline, inspectionDeadline <= now else { return }
        nextInspection = now + Self.inspectionInterval
        for record in workers.all {
            if let reason = reasonToRecycle(record, at: now) {
                handle(.recycle(record.id, reason))
            }
        }
    }

    private func reasonToRecycle(
        _ record: WorkerRecord,
        at now: Instant
    ) -> RecycleReason? {
        guard let facts = supervisor.worker(record.id), facts.isReady, facts.instruction == .none,
            let configuration = generations[facts.generation]?.configuration
        else { return nil }
        let age = now - facts.startedAt
        if let limit = configuration.maxLifetime, age > limit { return .lifetime(age) }
        if let limit = configuration.maxMemory,
            let size = ProcessMemory.proportionalSetSize(of: record.process), size > limit
        {
            return .memory(bytes: UInt64(size))
        }
        return nil
    }
}

extension Configuration {
    fileprivate var limitsWorkers: Bool { maxLifetime != nil || maxMemory != nil }
}
