import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

extension Arbiter {
    /// Performs an action of the supervisor.
    ///
    /// - Returns: The answer, if the action asks for one.
    func perform(_ action: Action) -> Event? {
        switch action {
        case .spawn(let id, let slot, let generation):
            return spawn(id, slot: slot, generation: generation)
        case .signal(let signal, let id):
            send(signal, to: id)
            return .signalSent(id)
        case .loadConfiguration: return loadConfiguration()
        case .adoptConfiguration(let generation): generations.adopt(as: generation)
        case .reopenLogs: reopenLogs()
        case .startUpgrade: return startUpgrade()
        case .cancelUpgrade: cancelUpgrade()
        case .becameReady:
            reportToPredecessor()
            tellManager { manager throws(Errno) in try manager.becomeReady(status) }
            ProcessMemory.releaseCode()
        case .reloadCompleted(let generation): completeReload(generation)
        case .reloadAbandoned(let failure): abandonReload(failure)
        case .stopping: announceStop()
        case .beginDrain: beginDrain()
        case .report(let notice): report(notice)
        case .exit(let reason): exit(reason)
        }
        return nil
    }

    private func send(_ signal: WorkerSignal, to id: WorkerID) {
        guard let record = workers[id] else { return }
        let process = record.process
        do throws(Errno) {
            if let program = record.program { return try send(signal, to: program, process) }
            switch signal {
            case .terminate(drain: true): try Process.sendDrainingTerminate(to: process)
            case .terminate(drain: false): try Process.send(.terminate, to: process)
            case .quit: try Process.send(.quit, to: process)
            case .abort: try Process.sendTimeoutAbort(to: process)
            case .kill: try Process.send(.kill, to: process)
            case .reopenLogs: try reopenLogs(of: id)
            }
            // A worker that was stopped by SIGSTOP acts on nothing but SIGKILL.
            if signal != .reopenLogs { try Process.send(.continue, to: process) }
        } catch  where [.noProcess, .brokenPipe, .connectionReset].contains(error) {
            // It has ended; its status is waiting to be reaped.
        } catch {
            logger.error(
                .signalFailed,
                "signal to worker with pid \(process): \(error)",
                [LogField("worker_pid", process.rawValue), LogField("reason", "\(error)")]
            )
        }
    }

    /// Sends the open log files to a worker, which may have no right to open them itself.
    private func reopenLogs(of id: WorkerID) throws(Errno) {
        guard let record = workers[id], let settings = generations[record.generation] else {
            return
        }
        try record.give(settings.logs.descriptors)
        try Process.send(.user1, to: record.process)
    }

    private func reopenLogs() {
        let failures = generations.reopenLogs()
        giveLogToObservers()
        for failure in failures {
            logger.error(
                .logsNotReopened,
                "\(failure)",
                [LogField("path", failure.path), LogField("reason", "\(failure.failure)")]
            )
        }
        if failures.isEmpty { logger.info(.logsReopened, "log files reopened") }
    }

    private func giveLogToObservers() {
        for observer in observers {
            do throws(Errno) {
                try observer.give(logger)
            } catch  where [.noProcess, .brokenPipe, .connectionReset].contains(error) {
                // It has ended.
            } catch {
                logger.error(
                    .logsNotReopened,
                    "the observer, pid \(observer.process), can't be given the log file: \(error); it "
                        + "writes to the one before until it is replaced",
                    [
                        LogField("process", observer.process.rawValue),
                        LogField("reason", "\(error)"),
                    ]
                )
            }
        }
    }

    private func loadConfiguration() -> Event {
        tellManager { manager throws(Errno) in try manager.beginReload(at: .now()) }
        do throws(ConfigurationFailure) {
            return adopt(try program.loadConfiguration())
        } catch {
            for problem in error.problems {
                logger.error(
                    .reloadMistake,
                    "reload: \(problem)",
                    [LogField("problem", "\(problem)")]
                )
            }
            let count = error.problems.count.counted(as: "mistake")
            let reason = "the configuration has \(count)"
            return reject(reason, error.exitCode, mistakes: error.problems.map(\.description))
        }
    }

    /// Refuses new settings; a reload that is under way continues.
    private func reject(_ reason: String, _ code: ExitCode, mistakes: [String] = []) -> Event {
        let target = supervisor.counts.reloading
        logger.error(
            .reloadFailed,
            "reload failed: \(reason); "
                + (target.map { "the reload to generation \($0), which is under way, continues" }
                    ?? "the old settings stay in force"),
            [LogField("reason", reason)]
        )
        note(reloadFailure: reason)
        reloadRejection = CommandResult(
            state: CommandState(failure: code),
            message: ([reason] + mistakes).joined(separator: "\n")
        )
        if target == nil { tellOfReloadsEnd() }
        return .configurationRejected
    }

    private func adopt(_ loaded: LoadedConfiguration) -> Event {
        do throws(StartFailure) {
            let settings = try ServiceSettings(
                loaded,
                available: generations.allListeners,
                workerClasses: program.workerClasses,
                besidePrograms: isBesidePrograms,
                journalStream: execution.environment["JOURNAL_STREAM"]?.text
            )
            if let invalid = settings.certificates?.invalid.first {
                return reject(invalid, .configuration)
            }
            if tickets == nil { tickets = try Self.openTickets(for: settings, inherited: nil) }
            warnOfFixedSettings(loaded.configuration)
            settings.warnings.forEach(warn(ofSetting:))
            generations.load(settings)
            return .configurationLoaded(settings.policy)
        } catch {
            return reject("\(error)", error.exitCode)
        }
    }

    /// Warns of settings that hold until a restart.
    private func warnOfFixedSettings(_ configuration: Configuration) {
        for setting in startConfiguration.fixedSettings(against: configuration) {
            let name = setting.name
            let message =
                switch setting.effect {
                case .isKept: "\(name) can't change before a restart; the old value stays"
                case .isKeptByApplication:
                    "\(name) is new for the workers, but init() of the application had the old value, "
                        + "since preload_app makes it once; restart if it depends on it"
                }
            logger.warning(.settingFixed, "reload: \(message)", [LogField("setting", name)])
        }
    }

    private func completeReload(_ generation: Int) {
        let before = generations.current
        let old = Set(before.listeners.map(before.url))
        let closed = generations.complete(generation)
        nextExpiryCheck = .now()
        setTitle()
        setLogLevel(nil)
        giveLogToObservers()
        // The arbiter of before has the socket until it leaves, see `takeOverControl`.
        let isFree = state.predecessor == nil && controlTakeover == nil
        do throws(StartFailure) {
            if isFree { try openControl() }
        } catch {
            logger.error(.listenerFailed, "\(error)", [LogField("reason", "\(error)")])
        }
        applyListenerSettings()
        for listener in generations.current.listeners
        where !old.contains(generations.current.url(of: listener)) {
            logAddress(of: listener)
        }
        closed.forEach { logEnd(of: $0, url: before.url(of: $0)) }
        warnOfCutBacklog()
        note(reloadFailure: nil)
        tellOfReloadsEnd()
    }

    private func abandonReload(_ failure: ReloadFailure) {
        for listener in generations.abandonReload() { logEnd(of: listener, url: listener.url) }
        applyListenerSettings()
        note(reloadFailure: failure.words(bootFailures.reason))
        tellOfReloadsEnd()
    }

    /// Logs that a listener is closed, with the connections that no worker has accepted.
    private func logEnd(of listener: Listener, url: String) {
        let count = listener.waitingConnections
        // Of a Unix-domain socket the kernel tells only whether there are any.
        let extent = listener.address.isTCP ? "" : "at least "
        let loss =
            "\(extent)\(count.counted(as: "connection")) in its queue "
            + "\(count == 1 ? "is" : "are") reset"
        logger.log(
            count == 0 ? .info : .warning,
            .listenerClosed,
            "no longer listening at \(url)" + (count == 0 ? "" : "; \(loss)"),
            [LogField("address", url), LogField("connections", count)]
        )
    }

    private func note(reloadFailure failure: String?) {
        reloadFailure = failure
        reloaded = .now()
        if failure == nil { counters.reloads += 1 } else { counters.failedReloads += 1 }
    }

    private func tellOfReloadsEnd() {
        tellManager { manager throws(Errno) in try manager.endReload(status) }
        ProcessMemory.releaseCode()
    }

    private func announceStop() {
        state.beginStop()
        workers.all.forEach { $0.score.announceStop() }
        // While the predecessor serves on, the service does not stop.
        if let predecessor = state.predecessor, state.other?.isStopping == false {
            return tellManager { manager throws(Errno) in try manager.handOver(to: predecessor) }
        }
        let configuration = generations.current.configuration
        let limit = configuration.gracefulTimeout + configuration.shutdownDelay + .seconds(10)
        tellManager { manager throws(Errno) in try manager.beginStopping(within: limit) }
    }

    func applyListenerSettings() {
        do throws(StartFailure) {
            try generations.current.applyListenerSettings(besidePrograms: isBesidePrograms)
        } catch {
            logger.error(.listenerFailed, "\(error)", [LogField("reason", "\(error)")])
        }
    }

    /// Stops admitting connections, so that the workers can drain the queues.
    ///
    /// The queue of a socket that another program has made is left for the next server.
    private func beginDrain() {
        let listeners = generations.listeners.filter { !$0.isForeign }
        let runsPrograms = generations.current.traits.runsProgram
        state.drain(QueueDrain(listeners, shutsDown: !runsPrograms, at: .now()))
        for listener in listeners {
            do throws(Errno) {
                try listener.stopAdmitting()
                // accept(2) has to return at once when its queue is empty.
                if !runsPrograms { try listener.socket.setNonBlocking(true) }
            } catch {
                logger.warning(
                    .listenerFailed,
                    "closing the queue of \(listener.url): \(error)",
                    [LogField("address", listener.url), LogField("reason", "\(error)")]
                )
            }
        }
    }

    private func exit(_ reason: ExitReason) -> Never {
        awaitStrays()
        endOrigins()
        switch reason {
        case .stopped: logger.info(.stopped, "stopped")
        case .bootFailed: break
        }
        leave(reason.exitCode)
    }

    /// Returns what the arbiter knows of a worker, for log lines.
    private func describe(_ id: WorkerID, _ slot: Int) -> WorkerDescription {
        let record = workers[id]
        return WorkerDescription(
            slot: slot,
            process: record?.process,
            score: record?.score.read(),
            now: .now(),
            program: record?.program,
            report: record?.report.map(InterpreterReport.init),
            listeners: record.flatMap { generations[$0.generation] }?.listeners.map(\.url) ?? [],
            isOutOfMemory: noteOutOfMemory
        )
    }

    /// Whether the kernel has killed a process of this control group since the last call.
    private func noteOutOfMemory() -> Bool {
        let before = outOfMemoryKills
        outOfMemoryKills = ControlGroup.outOfMemoryKills()
        guard let before, let outOfMemoryKills else { return false }
        wasOutOfMemory = outOfMemoryKills > before
        return wasOutOfMemory
    }

    /// The state of the service in one line; a failed reload is part of it until the next one ends.
    var status: String {
        let counts = supervisor.counts
        let failure = reloadFailure.map { "reload failed: \($0); " } ?? ""
        guard counts.wanted > 0 else {
            return failure + "no worker serves (SIGWINCH); SIGHUP brings the workers back"
        }
        let bounds = counts.bounds.map { " (\($0.lowerBound) to \($0.upperBound) by load)" } ?? ""
        return failure + "\(counts.ready) of \(counts.wanted) workers ready\(bounds), "
            + "generation \(counts.generation)\(expiryStatus)"
    }

    /// Sends a message to the service manager; a failure is only logged.
    func tellManager(_ message: (inout ServiceManager) throws(Errno) -> Void) {
        do throws(Errno) {
            try message(&manager)
        } catch {
            logger.warning(
                .notifyFailed,
                "NOTIFY_SOCKET: \(error)",
                [LogField("reason", "\(error)")]
            )
        }
    }

    private func report(_ notice: Notice) {
        noteBoot(notice)
        wasOutOfMemory = false
        log(LogLine(notice, after: bootFailures, describe: describe))
        if case .commandRefused(_, let refusal) = notice { commandRefusal = refusal.words }
        if case .workersScaled(let from, let to, let reason) = notice {
            if to > from { counters.growths += 1 } else { counters.shrinkages += 1 }
            lastScaling = .init(time: .now(), from: from, to: to, reason: reason.words)
        }
        if case .scalingHeld(let workers, let memory, let limit) = notice {
            let reason = memory.words(limit: limit)
            lastScaling = .init(time: .now(), from: workers, to: workers, reason: reason)
        }
        if case .workerExited(let id, let slot, _, let status, _, let cause) = notice {
            count(end: status, cause, describe(id, slot))
            if let summary = LogLine(workOf: describe(id, slot)) { log(summary) }
        }
    }

    /// Counts a worker that could not boot; one that could boot, or a reload, sets the count back.
    private func noteBoot(_ notice: Notice) {
        if case .workerReady = notice { bootFailures = BootFailures() }
        if case .reloadStarted = notice { bootFailures = BootFailures() }
        guard case .workerExited(let id, let slot, _, let status, _, let cause) = notice else {
            return
        }
        let worker = describe(id, slot)
        if let reason = worker.bootFailure(status) {
            bootFailures.note(reason)
        } else if !worker.lastOutput.isEmpty {
            let words = WorkerExit(status: status, cause: cause).words
            bootFailures.note("it \(words)\(worker.lastOutput)")
        }
    }

    private func log(_ line: LogLine) {
        logger.log(
            line.severity,
            line.event,
            line.message,
            line.fields,
            traceback: line.traceback
        )
    }
}
