import ForktailSupervision
import ForktailSystem

// The samples of the load by which the supervisor changes the number of workers, where the setting
// `workers` has bounds. What the workers say of themselves can only cost or gain a worker within them.
extension Arbiter {
    /// How often the load is sampled.
    private static let samplingInterval = Duration.milliseconds(500)
    /// The same while clients may have to wait.
    private static let samplingIntervalInNeed = Duration.milliseconds(50)

    /// When to sample next; nil where the number of workers is fixed.
    var samplingDeadline: Instant? {
        supervisor.counts.bounds == nil ? nil : nextSample
    }

    /// Tells the supervisor of the load, if that is due.
    func sampleLoad(at now: Instant) {
        guard let samplingDeadline, samplingDeadline <= now else { return }
        let (load, ready) = load()
        handle(.loadSampled(load))
        let counts = supervisor.counts
        let mayGrow = counts.bounds.map { counts.wanted < $0.upperBound } ?? false
        let isNeeded = mayGrow && load.busy >= ready
        nextSample = now + (isNeeded ? Self.samplingIntervalInNeed : Self.samplingInterval)
    }

    /// What there is to do, and how many workers can do it.
    private func load() -> (Load, ready: Int) {
        var busy = 0
        var ready = 0
        var waiting = generations.current.listeners.reduce(0) { $0 + $1.waitingConnections }
        for record in workers.all {
            guard let facts = supervisor.worker(record.id), facts.isReady,
                facts.instruction == .none
            else { continue }
            ready += 1
            // Of a program only its listen queue can be seen.
            if record.program != nil {
                busy += waiting > 0 ? 1 : 0
            } else if record.score.isBusy {
                busy += 1
                waiting += record.score.waiting
            }
        }
        return (Load(busy: busy, waiting: waiting), ready)
    }
}
