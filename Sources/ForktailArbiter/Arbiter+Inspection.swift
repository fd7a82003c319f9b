import ForktailConfiguration
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// How often the workers are checked for their age and memory.
    private static let inspectionInterval = Duration.seconds(2)

    /// When to check next; nil where neither is limited.
    var inspectionDeadline: Instant? {
        generations.current.configuration.limitsWorkers ? nextInspection : nil
    }

    /// Recycles the workers that are too old or use too much memory.
    ///
    /// The arbiter checks it, so that it holds for a stuck worker, too.
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
