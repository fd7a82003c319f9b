// The arbiter: binds, forks, watches, and serves nobody itself.
//
// It waits in one place only, a single ppoll(2) with a deadline. What happened there becomes events
// for the supervisor, whose actions it performs in order. Nothing here decides what a worker's death
// or a signal leads to; nothing here reads a byte that a client sent.

package import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

package final class Arbiter {
    let program: Program
    let environment: [String: String]
    let process = Process.id
    var supervisor: Supervisor
    var workers = WorkerTable()
    var scores: ScoreTable
    /// How many processes the kernel had killed for want of memory when it was last asked.
    var outOfMemoryKills = ControlGroup.outOfMemoryKills()
    var generations: GenerationTable
    var signals: SignalPipe?
    var pidFile: PIDFile?
    var manager: ServiceManager

    var logger: Logger { generations.current.logger }

    /// Opens and binds everything that the settings name.
    ///
    /// - Parameters:
    ///   - program: What to supervise.
    ///   - configuration: The first settings.
    ///   - environment: The environment that the process was started with.
    /// - Throws: `StartFailure` with the reason; nothing is left behind then.
    package init(
        _ program: Program,
        configuration: Configuration,
        environment: [String: String]
    ) throws(StartFailure) {
        self.program = program
        self.environment = environment
        manager = ServiceManager(environment: environment, process: process)
        SignalDisposition.resetAll()
        SignalDisposition.ignore(.brokenPipe)
        pidFile = try configuration.pidfile.map { path throws(StartFailure) in
            try PIDFile(path: path)
        }
        do throws(Errno) {
            scores = try ScoreTable()
        } catch {
            throw .system("shared memory for the scoreboard: \(error)")
        }
        do throws(StartFailure) {
            let settings = try ServiceSettings(
                configuration,
                previous: nil,
                journalStream: environment["JOURNAL_STREAM"]
            )
            generations = GenerationTable(first: settings)
            supervisor = Supervisor(policy: settings.policy)
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
            leave(error.status)
        }
        handle(.start)
        while true {
            waitAndTranslate()
        }
    }

    private func prepare() throws(StartFailure) {
        let configuration = generations.current.configuration
        ProcessTitle.set("\(configuration.procName): arbiter")
        do throws(Errno) {
            let pipe = try SignalPipe()
            try pipe.record(SignalMeaning.caught)
            signals = consume pipe
        } catch {
            throw .system("signal pipe: \(error)")
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
        let descriptors = [signals?.descriptor ?? -1] + records.map(\.descriptor)
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
        reap()
        caught.forEach(translate)
        handle(.tick)
        tellManager { manager throws(Errno) in
            try manager.ping(at: .now())
            try manager.show(status)
        }
    }

    /// How long nothing is due; nil where only events are waited for.
    private func timeToWait(from now: ForktailSystem.Instant) -> Duration? {
        let supervision = supervisor.nextDeadline.map { $0 - ForktailSupervision.Instant(now) }
        let watchdog = manager.deadline.map { $0 - now }
        return [supervision, watchdog].compactMap(\.self).min()
    }

    private func readHeartbeats(_ record: WorkerRecord) {
        guard record.descriptor >= 0 else { return }
        for message in record.readMessages() {
            handle(
                message == HeartbeatMessage.ready.rawValue
                    ? .ready(record.id) : .heartbeat(record.id)
            )
        }
    }

    /// Takes the end of every child that has ended; a burst of them is one SIGCHLD only.
    private func reap() {
        while let (process, status) = Process.reap() {
            guard let record = workers.record(of: process) else {
                // As PID 1 the arbiter inherits whatever the container's processes leave.
                logger.debug("reaped pid \(process), which is no worker: \(status)")
                continue
            }
            // What it wrote before its end was already readable before its end.
            readHeartbeats(record)
            handle(.exited(record.id, ExitStatus(status)))
            workers.remove(record)
            scores.release(record.scoreNumber)
        }
    }

    private func translate(_ record: SignalPipe.Record) {
        guard record.signal != .child else { return }
        switch SignalMeaning(record) {
        case .event(let event):
            logger.info("\(record)")
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
                at: ForktailSupervision.Instant(.now())
            )
            events += actions.compactMap(perform)
        }
    }

    /// Ends the process, leaving nothing behind.
    func leave(_ status: CInt) -> Never {
        generations.removeSocketFiles()
        pidFile?.remove()
        Process.leave(status)
    }
}

extension ForktailSupervision.Instant {
    init(_ instant: ForktailSystem.Instant) {
        self.init(sinceBoot: instant.sinceBoot)
    }
}

extension ExitStatus {
    init(_ status: WaitStatus) {
        switch status {
        case .exited(let code): self = .exited(code: code)
        case .signaled(let signal, let coreDumped):
            self = .signaled(number: signal.rawValue, coreDumped: coreDumped)
        }
    }
}
