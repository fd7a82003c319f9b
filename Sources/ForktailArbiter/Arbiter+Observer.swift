// The observer: a child beside the workers that serves status, metrics and commands.
//
// It is no worker: the supervisor knows nothing of it, and its death changes nothing for a client.
// The arbiter publishes for it on the board, and takes its commands as records of one size.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// How long an observer may give no sign of life, or take to leave.
    private static let observerTimeout = Duration.seconds(30)

    /// The listeners that an observer serves, the control socket first.
    ///
    /// While the new arbiter of an upgrade serves, the address for metrics is its own.
    private var observedListeners: [Listener] {
        let speaksForService =
            switch state.other?.role {
            case nil: true
            case .predecessor: supervisor.phase != .booting
            case .successor: false
            }
        let status = speaksForService ? generations.current.statusListener : nil
        return [control, status].compactMap(\.self)
    }

    /// What the arbiter waits for from observers.
    var observerSources: [PollSource] {
        observers.flatMap { record in
            [
                PollSource(descriptor: record.heartbeatDescriptor) { record.readHeartbeats() },
                PollSource(descriptor: record.channelDescriptor) {
                    self.receivedCommands += record.readCommands()
                },
            ]
        }
    }

    /// When something is due that concerns the observer.
    var observerDeadline: Instant? {
        let wanted = !observedListeners.isEmpty
        let start = wanted && runningObserver == nil ? observerBackOff.due : nil
        let overdue = observers.map { $0.killAt ?? $0.heard + Self.observerTimeout }.min()
        let sample = observers.isEmpty ? nil : nextPublication
        return [start, overdue, sample, controlTakeover?.due].compactMap(\.self).min()
    }

    /// The observer that was not asked to leave.
    private var runningObserver: ObserverRecord? { observers.first { $0.killAt == nil } }

    /// Starts, replaces or ends the observer as the state of the service asks for.
    func superviseObserver(at now: Instant) {
        for record in observers where record.killAt == nil {
            guard now - record.heard > Self.observerTimeout else { continue }
            logger.error(
                .observerKilled,
                "the observer (pid \(record.process)) gave no sign of life for "
                    + "\(LogText.spoken(now - record.heard)); sent SIGKILL",
                [LogField("observer_pid", record.process.rawValue)]
            )
            record.heard = now
            send(.kill, to: record)
        }
        for record in observers {
            guard let killAt = record.killAt, now >= killAt else { continue }
            record.killAt = now + Self.observerTimeout
            send(.kill, to: record)
        }
        let wanted = observedListeners
        if let running = runningObserver {
            guard running.task != ObserverTask(wanted, generations.current.configuration) else {
                return
            }
            running.killAt = now + Self.observerTimeout
            send(.terminate, to: running)
        }
        if !wanted.isEmpty, runningObserver == nil, now >= observerBackOff.due {
            startObserver(serving: wanted)
        }
    }

    private func send(_ signal: Signal, to record: ObserverRecord) {
        // It may have ended by itself.
        try? Process.send(signal, to: record.process)
        if signal == .kill { try? Process.send(.continue, to: record.process) }
    }

    private func startObserver(serving listeners: [Listener]) {
        let settings = generations.current
        do throws(Errno) {
            let ends = try Pipe.open()
            let readEnd = FileDescriptor(owning: ends.reading)
            let writeEnd = FileDescriptor(owning: ends.writing)
            let logEnds = try DescriptorChannel.open()
            let giving = FileDescriptor(owning: logEnds.giving)
            let taking = SharedDescriptor(FileDescriptor(owning: logEnds.taking))
            let commands = try CommandChannel.open()
            let own = FileDescriptor(owning: commands.arbiter)
            let others = SharedDescriptor(FileDescriptor(owning: commands.observer))
            // It finds a state in its first answer.
            board.publish(serviceState(at: .now()))
            guard let child = try Process.fork() else {
                _ = consume readEnd
                _ = consume giving
                _ = consume own
                let worker = WorkerHandoff(
                    slot: 0,
                    generation: supervisor.counts.generation,
                    arbiter: process,
                    listeners: listeners.map {
                        InheritedListener($0.shared, endsWithArbiter: false, isSecure: false)
                    },
                    credentials: settings.credentials,
                    score: .makePrivate(),
                    openRequests: nil,
                    logChannel: taking,
                    heartbeat: writeEnd
                )
                let handoff = ObserverHandoff(
                    board: board,
                    scoreboard: scores.scoreboard,
                    channel: others,
                    controlAddress: control.flatMap {
                        FileDescriptor.boundPath(of: $0.number)
                    },
                    owner: Credentials.ownUser,
                    worker: worker
                )
                becomeObserver(handoff, settings, keeping: listeners)
            }
            observers.append(
                ObserverRecord(
                    process: child,
                    task: ObserverTask(listeners, settings.configuration),
                    heartbeat: readEnd,
                    channel: own,
                    logChannel: giving
                )
            )
            logger.info(
                .observerStarted,
                "the observer is pid \(child): "
                    + listeners.map(\.url).joined(separator: ", "),
                [LogField("observer_pid", child.rawValue)]
            )
        } catch {
            let delay = observerBackOff.note(lived: .zero, at: .now())
            logger.error(
                .observerFailed,
                "the observer could not be forked: \(error)\(error.limitAdvice); next try in "
                    + LogText.spoken(delay),
                [LogField("reason", "\(error)"), LogField("delay", delay)]
            )
        }
    }

    /// Closes everything that belongs to the arbiter, and serves; runs in the child, with signals
    /// blocked.
    private func becomeObserver(
        _ handoff: consuming ObserverHandoff,
        _ settings: ServiceSettings,
        keeping kept: [Listener]
    ) -> Never {
        leaveArbiter()
        observers.forEach { $0.close() }
        // What the arbiter closes later must not stay open here.
        let listeners = generations.allListeners + (control.map { [$0] } ?? [])
        let closed = Set(listeners.map(\.number)).subtracting(kept.map(\.number))
        closed.union(generations.accessLogs).union(generations.keyFiles)
            .forEach(FileDescriptor.closeForChild)
        let configuration = settings.configuration
        ProcessTitle.set("\(configuration.procName): observer")
        do throws(Errno) {
            try Process.leadGroup()
            try Process.setParentDeathSignal(.terminate)
        } catch {
            Process.leave(.systemError)
        }
        guard Process.parentID == process else { Process.leave(.success) }
        program.runObserver(
            handoff,
            configuration,
            LogFiles(server: settings.logs.server, access: nil)
        )
    }

    /// Handles the end of an observer.
    ///
    /// - Returns: Whether the process was one.
    func noteObserverEnd(_ process: ProcessID, _ status: ExitStatus) -> Bool {
        guard let index = observers.firstIndex(where: { $0.process == process }) else {
            return false
        }
        let record = observers.remove(at: index)
        // It sent its last commands before it ended.
        receivedCommands += record.readCommands()
        record.close()
        guard record.killAt == nil else { return true }
        let now = Instant.now()
        let delay = observerBackOff.note(lived: now - record.started, at: now)
        logger.warning(
            .observerEnded,
            "the observer (pid \(process)) \(WorkerExit(status: status, cause: .unexpected).words)"
                + (delay == .zero
                    ? "; starting another one"
                    : "; starting another one in \(LogText.spoken(delay))"),
            [LogField("observer_pid", process.rawValue), LogField("delay", delay)]
                + status.fields
        )
        return true
    }

    /// Opens the control socket where the settings have it, unless it is open there.
    ///
    /// - Throws: What is wrong with a path that the settings name; a path that forktail has chosen
    ///   is done without.
    func openControl() throws(StartFailure) {
        let configuration = generations.current.configuration
        let path = configuration.controlSocketPath(program.controlSurroundings)
        guard path != controlPath else { return }
        let old = control
        if let path {
            do throws(StartFailure) {
                control = try ListenerFactory(
                    backlog: Self.controlBacklog,
                    socketFile: SocketFileSettings.ofControl
                ).listen(at: [.unix(path: path)]).first
                // Its server waits in epoll_wait(2).
                try? control?.socket.setNonBlocking(true)
                controlPath = path
            } catch {
                guard configuration.controlSocket == .automatic else {
                    throw error.renamed(from: "bind unix:", to: "control_socket ")
                }
                warn(
                    ofSetting: "no control socket, so that no command reaches this server: "
                        + "\(error.renamed(from: "bind unix:", to: ""))"
                        + controlCure(error.errno, path)
                )
                // The next reload tries again.
                control = nil
                controlPath = nil
            }
        } else {
            control = nil
            controlPath = nil
        }
        old?.removeFile()
    }

    /// Logs that there is no control socket where the settings leave its place to forktail.
    func noteMissingControl() {
        let configuration = generations.current.configuration
        guard configuration.controlSocket == .automatic,
            configuration.controlSocketPath(program.controlSurroundings) == nil
        else { return }
        let reason = "this user has no XDG_RUNTIME_DIR"
        logger.info(
            .settingWarning,
            "no control socket, so that no command reaches this server: \(reason); set control_socket "
                + "to a path (\"\" for none)",
            [LogField("reason", reason)]
        )
    }

    /// What helps where a path that forktail has chosen can't be used.
    private func controlCure(_ error: Errno?, _ path: String) -> String {
        let configuration = generations.current.configuration
        let shared = configuration.sharedControlPath(program.controlSurroundings)
        return switch error {
        case .addressInUse where path == shared: "; set proc_name or control_socket (\"\" for none)"
        // The failure itself names the limit.
        case let error? where error.isShortage: ""
        default: "; set control_socket to another path (\"\" for none)"
        }
    }

    /// Opens the control socket at the start, or later where the observer of an arbiter that was killed
    /// has it: it closes the socket as soon as it notices.
    func beginControl() throws(StartFailure) {
        if let listener = controlListener, !ProcessFacts.isRunning(listener) {
            controlTakeover = ControlTakeover(since: .now(), due: .now())
        } else {
            try openControl()
        }
    }

    /// Opens the control socket that the arbiter of before had, once that and its observer are gone.
    func takeOverControl(at now: Instant) {
        guard let takeover = controlTakeover, now >= takeover.due else { return }
        if controlListener != nil, now - takeover.since < Self.longestTakeover {
            controlTakeover?.due = now + .milliseconds(50)
            return
        }
        controlTakeover = nil
        do throws(StartFailure) {
            try openControl()
        } catch {
            logger.error(.observerFailed, "\(error)", [LogField("reason", "\(error)")])
        }
    }

    /// An observer that was asked to leave finishes its answers within 5 s.
    private static let longestTakeover = Duration.seconds(6)

    /// The other arbiter that listens where the settings have the control socket, which may have ended;
    /// nil where there is none.
    private var controlListener: ProcessID? {
        let configuration = generations.current.configuration
        guard controlPath == nil,
            let path = configuration.controlSocketPath(program.controlSurroundings),
            let listener = try? FilePlace.find(SystemString(path)).listener()
        else { return nil }
        return listener
    }

    /// As many as connect at the same moment; others are told to try again.
    private static let controlBacklog = 128

    /// Publishes the state for the observer, and samples the queues once a second.
    func publish(at now: Instant) {
        guard !observers.isEmpty || control != nil, mustPublish || now >= nextPublication else {
            return
        }
        mustPublish = false
        if now >= nextPublication {
            nextPublication = now + .seconds(1)
            queueSamples = generations.current.listeners.map { listener in
                ServiceState.Listener(
                    url: generations.current.url(of: listener),
                    queue: listener.address.isTCP ? try? listener.socket.queueLength() : nil,
                    limit: listener.address.isTCP ? try? listener.socket.queueLimit() : nil
                )
            }
        }
        board.publish(serviceState(at: now))
    }

    private func serviceState(at now: Instant) -> ServiceState {
        let counts = supervisor.counts
        var service = ServiceState()
        service.published = now
        service.started = started
        service.process = process.rawValue
        service.title = program.title
        service.file = configurationFile?.path(in: execution.directory).description ?? ""
        service.phase = supervisor.phase
        service.wanted = counts.wanted
        service.bounds = counts.bounds
        service.lastScaling = lastScaling
        service.memoryLimit = counts.memoryLimit
        service.isHeld = counts.isHeld
        service.ready = counts.ready
        service.booting = counts.booting
        service.leaving = counts.leaving
        service.generation = counts.generation
        service.reloading = counts.reloading
        service.reloaded = reloaded
        service.certificateEnd = generations.current.certificates?.firstEnd
        service.reloadFailure = reloadFailure
        service.otherProcess = state.other?.process.rawValue
        service.logLevel = logLevel
        readTotals()
        var own = Totals()
        own.counters = counters
        own.work = scores.ended
        let totals = own + earlier
        service.counters = totals.counters
        service.listeners = queueSamples
        service.ended = totals.work
        service.workers = workers.all.compactMap { record in
            guard let facts = supervisor.worker(record.id) else { return nil }
            let stage: ServiceState.Worker.Stage =
                facts.instruction != .none ? .leaving : facts.isReady ? .ready : .booting
            return ServiceState.Worker(
                process: record.process.rawValue,
                slot: record.slot,
                generation: record.generation,
                stage: stage,
                score: record.scoreNumber,
                isProgram: record.program != nil,
                started: facts.startedAt
            )
        }
        return service
    }

    /// Counts the end of a worker by its reason, once its line is written.
    func count(end status: ExitStatus, _ cause: ExitCause, _ worker: WorkerDescription) {
        if worker.bootFailure(status) != nil { return counters[.bootFailed] += 1 }
        let exit = WorkerExit(status: status, cause: cause, isOutOfMemory: { wasOutOfMemory })
        counters[exit.counter] += 1
    }
}

/// The way of the control socket from the arbiter of before to this one.
struct ControlTakeover {
    let since: Instant
    /// When to try next.
    var due: Instant
}

extension SocketFileSettings {
    /// Only the user of the arbiter, and root, may connect.
    fileprivate static let ofControl = SocketFileSettings(mode: 0o600)
}

extension WorkerExit {
    /// What the end counts as.
    fileprivate var counter: ServiceCounters.End {
        switch cause {
        case .unexpected: return reasonCode.flatMap(ServiceCounters.End.init) ?? .crashed
        case .aborted(let reason), .killed(let reason):
            return ServiceCounters.End(rawValue: reason.code) ?? .stop
        case .stopped: return .stop
        case .retired(let retirement): return retirement.counter
        }
    }
}

extension Retirement {
    fileprivate var counter: ServiceCounters.End {
        switch self {
        case .slotRemoved, .notNeeded, .allRetired: .scale
        case .replaced, .surplus, .reloadGivenUp: .reload
        case .recycled(let reason): ServiceCounters.End(rawValue: reason.code) ?? .other
        case .recyclingGivenUp: .other
        case .handedOver: .stop
        }
    }
}
