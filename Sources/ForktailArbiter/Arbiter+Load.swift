import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

// What the workers have to do, sampled: the supervisor changes their number by it, where the setting
// `workers` has bounds, and the log tells of slow requests and of clients that wait. What the workers
// say of themselves can cost or gain a worker within the bounds, or a line, and no more.
extension Arbiter {
    /// How often the load is sampled where the number of workers follows it.
    private static let scalingInterval = Duration.milliseconds(500)
    /// The same while clients may have to wait.
    private static let scalingIntervalInNeed = Duration.milliseconds(50)
    /// How often it is sampled for the log.
    private static let watchInterval = Duration.seconds(1)
    /// A handler may hold the loop of its worker for so long.
    private static let longestHold = Duration.seconds(1)

    /// When to sample; nil where nothing needs it.
    ///
    /// For the log alone it is late: the arbiter wakes once a second in most cases, and looks then.
    var samplingDeadline: Instant? {
        if supervisor.counts.bounds != nil { return nextSample }
        return isWatching ? nextSample + slowWatchInterval : nil
    }

    private var isWatching: Bool {
        let configuration = generations.current.configuration
        return configuration.saturationWarning != nil || configuration.slowRequest != nil
            || generations.current.mayBlockLoop
    }

    /// Samples the load, if that is due.
    func sampleLoad(at now: Instant) {
        guard samplingDeadline != nil, nextSample <= now else { return }
        let (load, ready) = load(at: now)
        nextSample = now + slowWatchInterval
        watchRequests(at: now)
        warnOfSaturation(load, ready: ready, at: now)
        guard supervisor.counts.bounds != nil else { return }
        checkMemoryLimit(at: now)
        handle(.loadSampled(load))
        let counts = supervisor.counts
        let mayGrow = counts.bounds.map { counts.wanted < $0.upperBound } ?? false
        let isNeeded = mayGrow && load.busy >= ready
        nextSample = now + (isNeeded ? Self.scalingIntervalInNeed : Self.scalingInterval)
    }

    /// How often to look for the log; a request must not be seen much later than it is slow.
    private var slowWatchInterval: Duration {
        let limit = generations.current.configuration.slowRequest ?? Self.watchInterval
        return min(Self.watchInterval, limit / 2)
    }

    /// What there is to do, and how many workers can do it.
    private func load(at now: Instant) -> (Load, ready: Int) {
        var busy = 0
        var ready = 0
        var waiting = generations.current.listeners.reduce(0) { $0 + $1.waitingConnections }
        for record in workers.all where isServing(record) {
            ready += 1
            // Of a program only its listen queue can be seen.
            if record.program != nil {
                busy += waiting > 0 ? 1 : 0
            } else if record.score.isBusy {
                busy += 1
                waiting += record.score.waiting
            }
        }
        let mayGrow = busy >= ready && waiting > 0
        let memory = mayGrow && supervisor.counts.memoryLimit != nil ? memoryUse(at: now) : nil
        return (Load(busy: busy, waiting: waiting, memory: memory), ready)
    }

    /// What the workers occupy, measured twice a second at most: the kernel walks all their pages.
    private func memoryUse(at now: Instant) -> MemoryUse? {
        if let last = memorySample, now - last.time < Self.scalingInterval { return last.use }
        var count = 0
        var total = 0
        var largest = 0
        for record in workers.all {
            guard let size = ProcessMemory.proportionalSetSize(of: record.process) else { continue }
            // One that leaves occupies its memory, and one that boots will become as large as others.
            guard isServing(record) else {
                if supervisor.worker(record.id)?.instruction != Instruction.none { total += size }
                continue
            }
            count += 1
            total += size
            largest = max(largest, size)
        }
        guard count > 0 else { return nil }
        let use = MemoryUse(workers: count, total: total, largest: largest)
        memorySample = (now, use)
        return use
    }

    /// Tells once of settings whose limit of memory leaves no room for more than the fewest workers.
    private func checkMemoryLimit(at now: Instant) {
        let counts = supervisor.counts
        guard let limit = counts.memoryLimit, let bounds = counts.bounds,
            checkedMemoryOf != counts.generation, counts.ready == counts.wanted,
            counts.reloading == nil, let use = memoryUse(at: now)
        else { return }
        checkedMemoryOf = counts.generation
        guard use.workers(within: limit) <= bounds.lowerBound, bounds.count > 1 else { return }
        warn(
            ofSetting: "max_memory_total leaves room for no worker beyond the "
                + "\(bounds.lowerBound) of min: " + use.words(limit: limit)
        )
    }

    private func isServing(_ record: WorkerRecord) -> Bool {
        guard let facts = supervisor.worker(record.id) else { return false }
        return facts.isReady && facts.instruction == .none
    }

    // MARK: Clients that wait

    private func warnOfSaturation(_ load: Load, ready: Int, at now: Instant) {
        let settings = generations.current
        guard let limit = settings.configuration.saturationWarning,
            let time = saturation.note(load, ready: ready, limit: limit, at: now)
        else { return }
        let setting = settings.settingForMoreCapacity
        logger.warning(
            .saturated,
            "\(ready == 1 ? "the worker has" : "all \(ready) workers have") been busy for "
                + "\(LogText.spoken(time)), and \(load.waiting) "
                + "connection\(load.waiting == 1 ? " waits" : "s wait"): raise \(setting), or make "
                + "requests faster (slow_request shows the slow ones)",
            [
                LogField("busy_workers", load.busy), LogField("waiting", load.waiting),
                LogField("lasted", time), LogField("setting", setting),
            ]
        )
    }

    // MARK: Requests that take long

    /// Logs the requests that have become slow, and the handlers that block their loop.
    private func watchRequests(at now: Instant) {
        for record in workers.all where record.program == nil {
            guard let start = record.score.busySince else {
                record.watchedRequest = nil
                continue
            }
            var watched =
                record.watchedRequest.flatMap { $0.start == start ? $0 : nil }
                ?? WatchedRequest(start: start, seen: now)
            noteSlowness(of: &watched, record, at: now)
            noteBlocking(of: &watched, record, at: now)
            record.watchedRequest = watched
        }
    }

    private func noteSlowness(
        of watched: inout WatchedRequest,
        _ record: WorkerRecord,
        at now: Instant
    ) {
        guard let limit = generations[record.generation]?.configuration.slowRequest,
            !watched.isReportedSlow, now - watched.start >= limit,
            let request = record.score.read().request
        else { return }
        watched.isReportedSlow = true
        let thread = request.thread.map { ", thread \($0)" } ?? ""
        logger.warning(
            .slowRequest,
            "worker \(record.slot) (pid \(record.process)\(thread)): \(request.method) "
                + "\(request.target) has run for \(LogText.spoken(now - watched.start)) "
                + "(slow_request)",
            record.fields(of: request, for: now - watched.start)
        )
    }

    /// A worker that answers the same request for longer than a second answers no other.
    private func noteBlocking(
        of watched: inout WatchedRequest,
        _ record: WorkerRecord,
        at now: Instant
    ) {
        guard generations[record.generation]?.mayBlockLoop == true, !watched.isReportedBlocking,
            now - watched.seen >= Self.longestHold, let request = record.score.read().request
        else { return }
        watched.isReportedBlocking = true
        let others = max(0, record.score.connections - 1)
        logger.warning(
            .loopBlocked,
            "worker \(record.slot) (pid \(record.process)): \(request.method) \(request.target) has "
                + "blocked its loop for \(LogText.spoken(now - watched.seen)), and \(others) other "
                + "connection\(others == 1 ? " waits" : "s wait"); set threads, or keep handlers short",
            record.fields(of: request, for: now - watched.seen) + [LogField("waiting", others)]
        )
    }
}

extension WorkerRecord {
    /// The worker and its request, for programs that read the log.
    fileprivate func fields(of request: Score.Request, for time: Duration) -> [LogField] {
        [
            LogField("slot", slot), LogField("worker_pid", process.rawValue),
            LogField("method", request.method), LogField("target", request.target),
            LogField("busy", time),
        ] + (request.thread.map { [LogField("thread", $0)] } ?? [])
            + (request.id.map { [LogField("request_id", $0)] } ?? [])
    }
}

extension ServiceSettings {
    /// Whether a handler holds the loop that all connections of its worker wait for.
    fileprivate var mayBlockLoop: Bool {
        configuration.hasEventLoop && configuration.handlerThreads == 0
    }

    /// The setting that lets more requests be answered at a time.
    fileprivate var settingForMoreCapacity: String {
        switch configuration.workerClass {
        case .event: "threads"
        case .wsgi where configuration.hasEventLoop: "wsgi.threads"
        case .wsgi: configuration.workers.maximum == nil ? "workers" : "the max of workers"
        case .sync, .exec: configuration.workers.maximum == nil ? "workers" : "the max of workers"
        }
    }
}
