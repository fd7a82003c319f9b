// The arbiter: binds, forks, watches, and serves no client itself.
//
// It waits in one place only, a single ppoll(2) with a deadline. What has happened becomes events
// for the supervisor, and the arbiter performs the supervisor's actions in order. Nothing here
// decides what follows from a worker's death or from a signal; nothing here reads a byte that a
// client sent.

package import ForktailConfiguration
import ForktailLog
import ForktailSupervision
package import ForktailSystem
import ForktailTLS

package final class Arbiter {
    let program: Program
    let execution: Execution
    let process = Process.id
    /// The settings of the start, some of which hold until the end.
    let startConfiguration: Configuration
    /// The file that the settings come from, if there is one.
    let configurationFile: SystemString?
    var supervisor: Supervisor
    var workers = ProcessTable()
    var scores: ScoreTable
    /// The number of processes that the kernel had killed for lack of memory at the last look.
    var outOfMemoryKills = ControlGroup.outOfMemoryKills()
    /// Whether the kernel had killed one when that was last asked.
    var wasOutOfMemory = false
    var generations: GenerationTable
    var state: ArbiterState
    var pidFile: PIDFile?
    var manager: ServiceManager
    /// The reason for which the reload that ended last failed, if it did.
    var reloadFailure: String?
    /// The workers in a row that could not boot.
    var bootFailures = BootFailures()
    /// Processes that workers have left behind: they were killed, and have not been reaped yet.
    var strays: Set<ProcessID> = []
    /// What the child of an upgrade says if it can't become the new executable.
    var executionReport: ExecutionReport?
    /// The reason for which no worker could be forked, if the last fork failed.
    var forkFailure: Errno?
    /// When the workers are next checked for their age and their memory.
    var nextInspection = Instant.now()
    /// When the load is sampled next.
    var nextSample = Instant.now()
    var saturation = SaturationWatch()
    var signals: SignalPipe?
    /// What is published for the observer.
    let board: Board
    let started = Instant.now()
    /// The processes that fork workers.
    var origins: [WorkerOriginRecord] = []
    /// The observer that runs, and those that were asked to leave.
    var observers: [ObserverRecord] = []
    var observerBackOff = ObserverBackOff()
    /// The control socket and its path; a path without a socket is one that can't be used.
    var control: Listener?
    var controlPath: String?
    var controlTakeover: ControlTakeover?
    /// Commands that were received in this round, and are handled at its end.
    var receivedCommands: [ControlCommand] = []
    var pendingCommands: [PendingCommand] = []
    /// Why the command that is being handled is refused, if it is.
    var commandRefusal: String?
    /// Why the reload that was last asked for was rejected, if it was.
    var reloadRejection: CommandResult?
    var reloaded: Instant?
    /// How the last upgrade failed, if it did.
    var upgradeFailure: CommandResult?
    /// The level that prevails over that of the settings.
    var logLevel: LogLevel?
    var counters = ServiceCounters()
    var lastScaling: ServiceState.ScalingStep?
    /// What the workers occupied when it was last measured.
    var memorySample: (time: Instant, use: MemoryUse)?
    /// The generation whose limit of memory was compared with what its workers occupy.
    var checkedMemoryOf: Int?
    /// Whether the state may have changed since it was published.
    var mustPublish = true
    /// The queues at the last look, and when to look again.
    var queueSamples: [ServiceState.Listener] = []
    var nextPublication = Instant.now()
    /// Where this arbiter leaves its totals to the one of an upgrade.
    var totals: TotalsFile?
    /// Where the arbiter before this one leaves its totals, while it lives.
    var inheritedTotals: TotalsFile?
    /// Where this arbiter leaves its own totals to the one before, while that lives.
    var ownTotals: TotalsFile?
    /// Where the arbiter of an upgrade leaves its own totals to this one.
    var successorTotals: TotalsFile?
    /// What the arbiters before this one have counted, as far as it is known, and those of upgrades
    /// that were taken back.
    var earlier = Totals()
    /// The keys of session tickets, once there was a listener with HTTPS.
    var tickets: SessionTickets?
    /// When the ends of the certificates are next looked at.
    var nextExpiryCheck = Instant.now()
    /// The executable's file, and when it is next looked at.
    var executable: ExecutableWatch
    var nextExecutableLook = Instant.now()
    /// The watch of its folder; nil where there is none, or nothing to watch for.
    var executableFolder: FolderWatch?
    /// Whether it was logged that there can be none.
    var hasReportedWatch = false
    /// Whether the upgrade that is under way ends with a stop of this arbiter.
    var stopsOnceUpgraded = false
    /// Where the arbiter before this one listens, and the settings don't, with the files of
    /// Unix-domain sockets: it leaves them.
    let unusedAddresses: [(url: String, file: OwnedFile?)]
    /// Why the variables of an upgrade are ignored, if they are.
    private let ignoredInheritance: String?
    /// Whether SIGHUP was ignored at the start, as by nohup(1).
    let ignoresTerminalsEnd: Bool
    /// Open files that the workers close: neither forktail nor the service manager has meant them.
    let strayDescriptors: StrayDescriptors
    /// Signals that were read in this round, and are handled at its end.
    private var caughtSignals: [SignalPipe.Record] = []

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
        executable = ExecutableWatch(.init(behind: execution.path))
        startConfiguration = loaded.configuration
        configurationFile = loaded.file
        let variables = execution.environment.variables
        let inheritance = try Inheritance(environment: variables)
        // An arbiter that was started by an upgrade is not the service before it serves.
        manager = ServiceManager(
            environment: variables,
            process: process,
            isService: inheritance.predecessor == nil
        )
        strayDescriptors = execution.descriptors.removing(inheritance.descriptors)
        ignoresTerminalsEnd = SignalDisposition.isIgnored(.hangUp)
        SignalDisposition.resetAll()
        SignalDisposition.ignoreFailedWrites()
        state = inheritance.predecessor.map(ArbiterState.beside) ?? .alone
        let suffix = inheritance.predecessor == nil ? "" : ".2"
        pidFile = try loaded.configuration.pidfile.map { path throws(StartFailure) in
            try PIDFile(path: path + suffix)
        }
        do throws(Errno) {
            scores = try ScoreTable()
            board = try Board()
        } catch {
            throw .system("shared memory for the scoreboard: \(error)\(error.limitAdvice)", error)
        }
        ignoredInheritance = inheritance.ignored
        do throws(StartFailure) {
            let settings = try ServiceSettings(
                loaded,
                available: inheritance.listeners,
                workerClasses: program.workerClasses,
                besidePrograms: inheritance.predecessor?.mayRunPrograms ?? false,
                journalStream: execution.environment["JOURNAL_STREAM"]?.text
            )
            tickets = try Self.openTickets(for: settings, inherited: inheritance.tickets)
            inheritedTotals = inheritance.totals.map {
                TotalsFile(inherited: FileDescriptor(owning: $0))
            }
            ownTotals = inheritance.ownTotals.map {
                TotalsFile(inherited: FileDescriptor(owning: $0))
            }
            unusedAddresses = inheritance.listeners
                .filter { listener in !settings.allListeners.contains { $0 === listener } }
                .map { ($0.url, $0.file) }
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
            logger.critical(
                .startFailed,
                "cannot start: \(error)",
                [LogField("reason", "\(error)")]
            )
            tellManager { manager throws(Errno) in try manager.fail(error) }
            leave(error.exitCode)
        }
        handle(.start)
        superviseObserver(at: .now())
        publish(at: .now())
        while true {
            runRound()
        }
    }

    private func prepare() throws(StartFailure) {
        let configuration = generations.current.configuration
        setTitle()
        Logger.record(to: { [board] level, event, message in
            guard level >= .info, event.isOfJournal else { return }
            board.add(level, event, message, at: .now())
        })
        // The arbiter of before has it until it leaves.
        if state.predecessor == nil { try beginControl() }
        try generations.current.applyListenerSettings(besidePrograms: isBesidePrograms)
        do throws(Errno) {
            let pipe = try SignalPipe()
            try pipe.record(SignalMeaning.caught)
            signals = consume pipe
            // The end of the predecessor wakes the loop like that of a child.
            if state.predecessor != nil { try Process.setParentDeathSignal(.child) }
            // Signals blocked since launch are delivered now. The kernel raises SIGTTOU where a process
            // in the background writes to a terminal that forbids it, unless it is blocked.
            SignalDisposition.setMask(.of(.writeToTerminal))
        } catch {
            throw .system("signal pipe: \(error)", error)
        }
        if configuration.preloadApp {
            try program.preload(configuration)
            try refuseThreads()
        }
        logger.info(
            .arbiterStarted,
            "\(program.title), arbiter with pid \(process)",
            [LogField("title", program.title)]
        )
        if let ignoredInheritance {
            logger.warning(
                .inheritanceIgnored,
                "\(Inheritance.Variable.sockets) and \(Inheritance.Variable.predecessor) are "
                    + "ignored: \(ignoredInheritance)",
                [LogField("reason", ignoredInheritance)]
            )
        }
        generations.current.listeners.forEach(logAddress)
        for (url, _) in unusedAddresses {
            logger.info(
                .listenerClosed,
                "not listening at \(url), which the settings don't have: the arbiter before this one "
                    + "closes it when it stops, and resets the connections in its queue",
                [LogField("address", url)]
            )
        }
        generations.current.warnings.forEach(warn(ofSetting:))
        noteMissingControl()
        warnOfCutBacklog()
    }

    func warnOfCutBacklog() {
        let wanted = generations.current.configuration.backlog
        guard let cut = generations.current.cutBacklog else { return }
        logger.warning(
            .backlogCut,
            "the kernel cuts the backlog of \(wanted) to \(cut); raise net.core.somaxconn with "
                + "sysctl(8), or lower the setting",
            [LogField("backlog", cut)]
        )
    }

    func setTitle() {
        ProcessTitle.set("\(generations.current.configuration.procName): arbiter")
    }

    /// Refuses an application that has started threads in the arbiter: fork(2) copies only one thread,
    /// so a worker would wait for ever for the others, and for the locks that they held.
    private func refuseThreads() throws(StartFailure) {
        // A thread that was joined is still listed for a moment.
        for _ in 0..<50 {
            guard let count = Process.threadCount(), count > 1 else { return }
            Process.sleep(for: .milliseconds(2))
        }
        let count = (Process.threadCount() ?? 1) - 1
        throw .application(
            "preload_app: init() has started \(count.counted(as: "thread")) in the arbiter, "
                + "which workers don't inherit; start threads and tasks in workerDidStart(_:), or set "
                + "preload_app = false"
        )
    }

    func logAddress(of listener: Listener) {
        logger.info(
            .listening,
            "listening at \(generations.current.url(of: listener))",
            [LogField("address", generations.current.url(of: listener))]
        )
    }

    /// Logs what of the settings will not be as it was meant.
    func warn(ofSetting reason: String) {
        logger.warning(.settingWarning, reason, [LogField("reason", reason)])
    }

    /// Passes an event to the supervisor, and performs its actions until there are no more.
    func handle(_ event: Event) {
        var events = [event]
        while !events.isEmpty {
            let actions = supervisor.handle(events.removeFirst(), at: .now())
            mustPublish = mustPublish || !actions.isEmpty
            events += actions.compactMap(perform)
        }
    }

    /// Ends the process, and leaves nothing behind.
    func leave(_ code: ExitCode) -> Never {
        writeTotals()
        // Another arbiter needs the files of the sockets that both serve.
        if state.other == nil { generations.removeSocketFiles() }
        control?.removeFile()
        pidFile?.remove()
        logger.reportLoss(isLast: true)
        board.noteLeave()
        Process.leave(code)
    }
}

// The loop.
extension Arbiter {
    /// Waits until something happens or is due, and handles it.
    private func runRound() {
        let sources = pollSources
        let ready = wait(for: sources, until: nextDeadline)
        // Workers are judged by this time, so everything that they wrote before it is read below,
        // whatever the sources said: the arbiter may have been late since.
        let heardUntil = Instant.now()
        sources.forEach { $0.handle() }
        mendListeners(among: ready)
        reap()
        promoteIfAlone()
        takeOverControl(at: .now())
        inspectWorkers(at: .now())
        sampleLoad(at: .now())
        advanceDrain()
        lookAtPrograms(at: .now())
        tendTLS(at: .now())
        lookAtExecutable(at: .now())
        let signals = caughtSignals
        caughtSignals = []
        signals.forEach(handle)
        advanceCommands()
        handle(.tick(heardUntil: heardUntil))
        superviseObserver(at: .now())
        superviseOrigins(at: .now())
        publish(at: .now())
        writeTotals()
        logger.reportLoss()
        tellManager { manager throws(Errno) in
            try manager.ping(at: .now())
            try manager.show(status)
        }
    }

    /// What the arbiter waits for, in the order in which it is read; no read waits.
    ///
    /// Heartbeats come first: a worker's last message must not be lost because it ended right
    /// after it. Signals are read before children are reaped, so that a child that ends after that
    /// wakes the arbiter again; what they ask for is done last.
    private var pollSources: [PollSource] {
        let heartbeats = workers.all.map { record in
            PollSource(descriptor: record.descriptor) { self.readHeartbeats(record) }
        }
        let successor = PollSource(descriptor: state.awaitedLine?.descriptor ?? -1) {
            self.followUpgrade()
        }
        let signals = PollSource(descriptor: signals?.descriptor ?? -1) {
            self.caughtSignals += self.signals?.drain() ?? []
        }
        return heartbeats + originSources + programSources + observerSources
            + [executableSource, successor, signals]
    }

    /// - Returns: The descriptors that are ready, or were hung up.
    private func wait(for sources: [PollSource], until deadline: Instant?) -> [CInt] {
        do throws(Errno) {
            let timeout = deadline.map { $0 - .now() }
            return try Poll.readable(
                sources.map(\.descriptor),
                orHungUp: state.isStopping
                    ? [] : generations.listeners.filter { !$0.isLost }.map(\.number),
                timeout: timeout,
                blocking: .empty
            )
        } catch {
            // The arguments are valid, so only the kernel's memory can be short.
            logger.error(
                .pollFailed,
                "ppoll: \(error); waiting a second",
                [LogField("reason", "\(error)")]
            )
            Process.sleep(for: .seconds(1))
            return []
        }
    }

    /// Listens again where a worker has shut a listener down, which takes it from all workers.
    private func mendListeners(among ready: [CInt]) {
        guard !state.isStopping else { return }
        let listeners = generations.listeners.filter { ready.contains($0.number) && $0.isShutDown }
        guard !listeners.isEmpty else { return }
        for listener in listeners {
            let fields = [LogField("address", listener.url)]
            do throws(Errno) {
                try listener.listenAgain(backlog: generations.current.configuration.backlog)
                logger.warning(
                    .listenerMended,
                    "a worker has shut \(listener.url) down with shutdown(2); listening again",
                    fields
                )
            } catch {
                logger.critical(
                    .listenerFailed,
                    "a worker has shut \(listener.url) down with shutdown(2), and it can't listen "
                        + "again: \(error); restart the service",
                    fields + [LogField("reason", "\(error)")]
                )
            }
        }
        applyListenerSettings()
    }

    /// When something is due that no descriptor announces.
    private var nextDeadline: Instant? {
        // It may have ended before its end could be announced.
        let promotion: Instant? = state.predecessor == nil ? nil : .now() + .seconds(1)
        return [
            supervisor.nextDeadline, manager.deadline, promotion, inspectionDeadline,
            samplingDeadline,
            state.drain?.deadline, programDeadline, observerDeadline, tlsDeadline, totalsDeadline,
            executableDeadline, originDeadline,
        ].compactMap(\.self).min()
    }

    private func advanceDrain() {
        guard var drain = state.drain else { return }
        let isOver = drain.advance(at: .now())
        state.drain(drain)
        if isOver { handle(.queuesDrained) }
    }

    private func readHeartbeats(_ record: WorkerRecord) {
        guard record.descriptor >= 0 else { return }
        for message in record.readMessages() {
            switch HeartbeatMessage(rawValue: message) {
            case .ready: handle(.ready(record.id))
            case .exhausted:
                let requests = Int(clamping: record.score.read().work.requests)
                handle(.recycle(record.id, .requests(requests)))
            case .stuck:
                record.isStuck = true
                handle(.recycle(record.id, .stuck))
            case .alive, nil: handle(.heartbeat(record.id))
            }
        }
    }

    /// Reaps every child that has ended; there is one SIGCHLD for several of them.
    private func reap() {
        var hasReapedOrphans = false
        while let (process, status) = Process.ended() {
            let record = workers.record(of: process) ?? lateRecord(of: process)
            if record == nil, !isObserver(process) { hasReapedOrphans = true }
            // Until it is released, its number and that of its group are no other's.
            if let record, mustKillGroup(of: record, status) { Process.killGroup(ledBy: process) }
            // The arbiter may leave at the end of its last worker.
            Process.release(process)
            note(end: status, of: process, record)
        }
        // Their children may be the arbiter's by now. A program can leave thousands, so that to look
        // at the end of each would take minutes.
        if hasReapedOrphans { endStrays(besides: nil) }
    }

    private func isObserver(_ process: ProcessID) -> Bool {
        observers.contains { $0.process == process }
    }

    /// Whether to kill the processes that a worker has started.
    ///
    /// Those of forktail's own worker that left in good order stay.
    private func mustKillGroup(of record: WorkerRecord, _ status: ExitStatus) -> Bool {
        record.program != nil || record.isStuck || status != .exited(code: 0)
    }

    func note(end status: ExitStatus, of process: ProcessID, _ record: WorkerRecord?) {
        if noteUpgradeEnd(process, status) || noteObserverEnd(process, status) { return }
        if record == nil, noteOriginEnd(process, status) { return }
        guard let record else {
            // As process 1 the arbiter inherits the orphans of its container.
            strays.remove(process)
            logger.debug(
                .processReaped,
                "reaped pid \(process), which is no worker: \(status)",
                [LogField("process", process.rawValue)] + status.fields
            )
            return
        }
        // It wrote its last messages before it ended.
        readHeartbeats(record)
        finishProgram(record)
        let hasServed = record.program?.hasServed(at: .now()) ?? record.score.read().hasServed
        logOpenRequests(of: record, supervisor.worker(record.id)?.instruction ?? .none)
        handle(.exited(record.id, status, hasServed: hasServed))
        workers.remove(record)
        record.close()
        // A reader finds its work either in its entry or among that of those that are gone.
        board.changing { scores.release(record.scoreNumber) }
        mustPublish = true
        publish(at: .now())
        // What the last program has done to the listeners can be undone now.
        if record.program != nil, !isBesidePrograms, !state.isStopping { applyListenerSettings() }
    }

    private func handle(_ record: SignalPipe.Record) {
        guard record.signal != .child else { return }
        let sent = record.words
        switch SignalMeaning(record, ignoresTerminalsEnd: ignoresTerminalsEnd) {
        case .event(let event):
            logger.info(.signalReceived, sent, record.fields)
            if case .stop = event { agreeOnDrain() }
            handle(event)
        case .ignored(let reason):
            logger.info(
                .signalIgnored,
                "\(sent), ignored\(reason.map { ": \($0)" } ?? "")",
                record.fields + (reason.map { [LogField("reason", $0)] } ?? [])
            )
        }
    }
}
