// The arbiter: binds, forks, watches, and serves nobody itself.
//
// It waits in one place only, a single ppoll(2) with a deadline. What happened there becomes events
// for the supervisor, whose actions it performs in order. Nothing here decides what a worker's death
// or a signal leads to; nothing here reads a byte that a client sent.

package import ForktailConfiguration
import ForktailLog
import ForktailSupervision
package import ForktailSystem

package final class Arbiter {
    let program: Program
    let execution: Execution
    let process = Process.id
    /// The file that the settings come from, if there is one.
    let configurationFile: String?
    var supervisor: Supervisor
    var workers = WorkerTable()
    var scores: ScoreTable
    /// How many processes the kernel had killed for want of memory when it was last asked.
    var outOfMemoryKills = ControlGroup.outOfMemoryKills()
    var generations: GenerationTable
    var signals: SignalPipe?
    var pidFile: PIDFile?
    var manager: ServiceManager
    /// The arbiter that is to take this one's place.
    var upgrade: Upgrade?
    /// Whether a stop was asked for; workers are still spawned during its delay.
    var isStopping = false
    /// The queues that are served dry, once a stop has come so far.
    var drain: QueueDrain?
    /// The arbiter whose place this one is to take, while it lives.
    var predecessor: ProcessID?
    /// The line to it.
    var predecessorLine: ArbiterLine?
    /// Whether the other arbiter with the same listeners stops as well as this one.
    var otherArbiterStops = false
    /// Why the last reload failed, if it did.
    var reloadFailure: String?
    /// Why no worker could be forked, since one last could.
    var forkFailure: Errno?
    /// When the workers are looked at for having served their time.
    var nextInspection = Instant.now()

    var logger: Logger { generations.current.logs.server }

    /// Opens and binds everything that the settings name.
    ///
    /// - Parameters:
    ///   - program: What to supervise.
    ///   - loaded: The first settings.
    ///   - execution: How the process was started.
    /// - Throws: `StartFailure` with the reason; nothing is left behind then.
    package init(
        _ program: Program,
        loaded: LoadedConfiguration,
        execution: Execution
    ) throws(StartFailure) {
        self.program = program
        self.execution = execution
        configurationFile = loaded.file
        manager = ServiceManager(environment: execution.environment, process: process)
        SignalDisposition.resetAll()
        SignalDisposition.ignore(.brokenPipe)
        let inheritance = try Inheritance(environment: execution.environment)
        predecessor = inheritance.predecessor
        predecessorLine = inheritance.line
        let suffix = inheritance.predecessor == nil ? "" : ".2"
        pidFile = try loaded.configuration.pidfile.map { path throws(StartFailure) in
            try PIDFile(path: path + suffix)
        }
        do throws(Errno) {
            scores = try ScoreTable()
        } catch {
            throw .system("shared memory for the scoreboard: \(error)", error)
        }
        do throws(StartFailure) {
            let settings = try ServiceSettings(
                loaded,
                available: inheritance.listeners,
                journalStream: execution.environment["JOURNAL_STREAM"]
            )
            generations = GenerationTable(first: settings)
            supervisor = Supervisor(
                policy: settings.policy,
                predecessorRuns: inheritance.predecessor != nil
            )
        } catch {
            pidFile?.remove()
            throw error
        }
    }

    /// Serves until it is told to stop.
    package func run() -> Never {
        do throws(StartFailure) {
            try prepare()
        } catch {
            logger.critical("cannot start: \(error)")
            tellManager { manager throws(Errno) in try manager.fail(error) }
            leave(error.exitCode)
        }
        handle(.start)
        while true {
            waitAndTranslate()
        }
    }

    private func prepare() throws(StartFailure) {
        let configuration = generations.current.configuration
        ProcessTitle.set("\(configuration.procName): arbiter")
        try generations.current.applyListenerModes()
        do throws(Errno) {
            let pipe = try SignalPipe()
            try pipe.record(SignalMeaning.caught)
            signals = consume pipe
            // What came since the launcher blocked them waits in line.
            SignalDisposition.setMask(.empty)
        } catch {
            throw .system("signal pipe: \(error)", error)
        }
        if configuration.preloadApp {
            try program.preload(configuration)
            warnOfThreads()
        }
        logger.info("\(program.title), arbiter with pid \(process)")
        for listener in generations.current.listeners {
            logger.info("listening at \(listener.url)", [LogField("address", listener.url)])
        }
    }

    /// A lock that a thread holds at the moment of fork(2) stays locked in the worker for ever.
    private func warnOfThreads() {
        guard let count = Process.threadCount(), count > 1 else { return }
        logger.warning(
            "preload_app: the application has started \(count - 1) threads in the arbiter, which "
                + "the workers will not have; start them in workerDidStart instead"
        )
    }

    /// Waits for the next thing to happen and tells the supervisor.
    private func waitAndTranslate() {
        let records = workers.all
        let deadline = timeToWait(from: .now())
        let descriptors =
            [signals?.descriptor ?? -1, upgrade?.descriptor ?? -1] + records.map(\.descriptor)
        var ready: [CInt] = []
        do throws(Errno) {
            ready = try Poll.readable(descriptors, timeout: deadline)
        } catch {
            // The arguments are ours, so only the kernel's memory can be short.
            logger.error("ppoll: \(error); waiting a second")
            Process.sleep(for: .seconds(1))
        }
        // Pipes first: what a worker said must not be lost because it ended a moment later.
        records.filter { ready.contains($0.descriptor) }.forEach(readHeartbeats)
        let caught = signals?.drain() ?? []
        followUpgrade()
        reap()
        promoteIfAlone()
        inspectWorkers(at: .now())
        drain?.advance(at: .now())
        caught.forEach(translate)
        handle(.tick)
        tellManager { manager throws(Errno) in
            try manager.ping(at: .now())
            try manager.show(status)
        }
    }

    /// How long nothing is due; nil where only events are waited for.
    private func timeToWait(from now: Instant) -> Duration? {
        let supervision = supervisor.nextDeadline.map { $0 - now }
        let watchdog = manager.deadline.map { $0 - now }
        // The end of the arbiter before this one is announced by nothing.
        let promotion: Duration? = predecessor == nil ? nil : .seconds(1)
        let inspection = inspectionDeadline.map { $0 - now }
        let drain = drain?.deadline.map { $0 - now }
        return [supervision, watchdog, promotion, inspection, drain].compactMap(\.self).min()
    }

    private func readHeartbeats(_ record: WorkerRecord) {
        guard record.descriptor >= 0 else { return }
        for message in record.readMessages() {
            switch HeartbeatMessage(rawValue: message) {
            case .ready: handle(.ready(record.id))
            case .exhausted:
                let requests = Int(clamping: record.score.read().requests)
                handle(.recycle(record.id, .requests(requests)))
            case .stuck:
                record.isStuck = true
                handle(.recycle(record.id, .stuck))
            case .alive, nil: handle(.heartbeat(record.id))
            }
        }
    }

    /// Takes the end of every child that has ended; a burst of them is one SIGCHLD only.
    private func reap() {
        while let (process, status) = Process.ended() {
            note(end: status, of: process)
            Process.release(process)
        }
    }

    private func note(end status: ExitStatus, of process: ProcessID) {
        if reapUpgrade(process, status) { return }
        guard let record = workers.record(of: process) else {
            // As PID 1 the arbiter inherits whatever the container's processes leave.
            logger.debug("reaped pid \(process), which is no worker: \(status)")
            return
        }
        // What a worker has started dies with it, unless it left in good order.
        if status != .exited(code: 0) || record.isStuck { Process.killGroup(ledBy: process) }
        // What it wrote before its end was already readable before its end.
        readHeartbeats(record)
        let hasServed = record.score.read().hasServed
        handle(.exited(record.id, status, hasServed: hasServed))
        workers.remove(record)
        scores.release(record.scoreNumber)
    }

    private func translate(_ record: SignalPipe.Record) {
        guard record.signal != .child else { return }
        switch SignalMeaning(record) {
        case .event(let event):
            logger.info("\(record)")
            if case .stop = event { agreeOnQueues() }
            handle(event)
        case .ignored(let reason):
            logger.info("\(record), ignored: \(reason)")
        }
    }

    /// Tells the supervisor and does what it says, answers to its questions included.
    func handle(_ event: Event) {
        var events = [event]
        while !events.isEmpty {
            let actions = supervisor.handle(
                events.removeFirst(),
                at: .now()
            )
            events += actions.compactMap(perform)
        }
    }

    /// Ends the process, leaving nothing behind.
    func leave(_ code: ExitCode) -> Never {
        // Their files are needed by the arbiter before this one, or by the next.
        if predecessor == nil, upgrade?.isServing != true { generations.removeSocketFiles() }
        pidFile?.remove()
        Process.leave(code)
    }
}
