import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem
import ForktailTLS

extension Arbiter {
    /// Forks a worker.
    ///
    /// - Returns: What has become of it; nil where another process forks it, and says so later.
    func spawn(_ id: WorkerID, slot: Int, generation: Int) -> Event? {
        guard let settings = generations[generation] else {
            logger.critical(
                .spawnFailed,
                "worker \(slot) can't be forked: its generation, \(generation), is gone",
                [LogField("slot", slot), LogField("generation", generation)]
            )
            return .spawnFailed(id)
        }
        guard let score = scores.take() else {
            logger.error(
                .spawnFailed,
                "worker \(slot) could not be forked: the scoreboard is full",
                [LogField("slot", slot), LogField("reason", "the scoreboard is full")]
            )
            return .spawnFailed(id)
        }
        var openRequests: OpenRequestTable?
        if state.isStopping { score.entry.announceStop() }
        score.entry.setLogLevel(logLevel)
        do throws(Errno) {
            let ends = try Pipe.open()
            let readEnd = FileDescriptor(owning: ends.reading)
            let writeEnd = FileDescriptor(owning: ends.writing)
            let channel = try DescriptorChannel.open()
            let giving = FileDescriptor(owning: channel.giving)
            let taking = SharedDescriptor(FileDescriptor(owning: channel.taking))
            let program = try makeProgram(settings)
            let interpreter = try settings.makeInterpreterEnds(tickets: tickets?.number)
            openRequests = try settings.makeOpenRequestTable()
            func makeHandoff(_ heartbeat: consuming FileDescriptor) -> WorkerHandoff {
                WorkerHandoff(
                    slot: slot,
                    generation: generation,
                    arbiter: process,
                    listeners: settings.inheritedListeners,
                    credentials: settings.credentials,
                    score: score.entry,
                    openRequests: openRequests,
                    logChannel: taking,
                    program: program?.ends,
                    interpreter: interpreter,
                    scoreboard: scores.scoreboard.file,
                    heartbeat: heartbeat
                )
            }
            var origin: WorkerOriginRecord?
            var child: ProcessID?
            if settings.preloadsInterpreter {
                origin = try self.origin(of: settings, generation)
                child = origin?.process
            } else {
                child = try Process.fork()
            }
            guard let child else {
                // This scope is never left, so nothing would close the arbiter's end.
                _ = consume readEnd
                _ = consume giving
                becomeWorker(makeHandoff(writeEnd), settings)
            }
            let message: WorkerHandover? =
                if origin != nil {
                    try self.program.handOver(
                        makeHandoff(writeEnd),
                        settings.configuration,
                        settings.logs
                    )
                } else { nil }
            let record = WorkerRecord(
                id: id,
                process: child,
                slot: slot,
                generation: generation,
                program: program?.watch,
                report: interpreter?.report,
                score: score,
                openRequests: openRequests,
                logs: SharedDescriptor(giving),
                heartbeat: readEnd
            )
            counters.spawns += 1
            forkFailure = nil
            if let origin, let message {
                origin.ask(for: record, message)
                return nil
            }
            workers.insert(record)
            return .spawned(id)
        } catch {
            scores.release(score.number)
            openRequests?.unmap()
            logFailure(error, slot)
            return .spawnFailed(id)
        }
    }

    /// Logs a reason once; the supervisor announces when the next tries come.
    private func logFailure(_ error: Errno, _ slot: Int) {
        let reason = "\(error)\(error.limitAdvice)"
        bootFailures.note("a worker could not be forked: \(reason)")
        logger.log(
            forkFailure == error ? .debug : .error,
            .spawnFailed,
            "worker \(slot) could not be forked: \(reason)",
            [LogField("slot", slot), LogField("reason", "\(error)")]
        )
        forkFailure = error
    }

    /// Lets go, in a child, of what only the arbiter needs.
    func leaveArbiter() {
        SignalDisposition.resetAll()
        Logger.record(to: nil)
        Logger.prevail(with: nil)
        strayDescriptors.closeAll()
        tickets = nil
        totals = nil
        inheritedTotals = nil
        ownTotals = nil
        successorTotals = nil
        SessionTickets.protect()
        workers.removeAll()
        origins.forEach { $0.close() }
        signals = nil
        pidFile = nil
        executionReport = nil
        executableFolder = nil
        state = .alone
        for variable in ServiceManager.variables + Inheritance.variables {
            Environment.set(variable, to: nil)
        }
    }

    /// Closes everything that belongs to the arbiter, and serves; runs in the child, with signals
    /// blocked.
    func becomeWorker(
        _ handoff: consuming WorkerHandoff,
        _ settings: ServiceSettings
    ) -> Never {
        leaveArbiter()
        observers.forEach { $0.close() }
        control = nil
        if let status = settings.statusListener { FileDescriptor.closeForChild(status.number) }
        // What a worker can't write to it can't spoil.
        board.unmap()
        generations.removeAll(except: settings)
        let name = settings.configuration.procName
        ProcessTitle.set("\(name): worker \(handoff.slot)")
        do throws(Errno) {
            // A group of its own, so that a terminal's Ctrl-C reaches the arbiter only.
            try Process.leadGroup()
            try Process.setParentDeathSignal(.terminate)
        } catch {
            handoff.score.noteBootFailure("process group: \(error)")
            Process.leave(.systemError)
        }
        // The arbiter may have ended before the death signal was set.
        guard Process.parentID == handoff.arbiter else { Process.leave(.success) }
        let tls = settings.certificates?.context
        program.runWorker(handoff, settings.configuration, settings.logs, tls)
    }
}
