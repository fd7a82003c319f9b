// The processes that load an application and fork its workers: `wsgi.preload`.
//
// There is one for each generation. A worker is forked twice, so that it is an orphan, which the arbiter
// adopts: it reaps the worker as it does any other. The pid that the process names is believed only where it
// is that of a child.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem
import ForktailTLS

extension Arbiter {
    /// The process that forks the workers of a generation; starts it if there is none.
    func origin(of settings: ServiceSettings, _ generation: Int) throws(Errno) -> WorkerOriginRecord
    {
        if let origin = origins.first(where: { $0.generation == generation && !$0.isClosed }) {
            return origin
        }
        let origin = try startOrigin(of: settings, generation)
        origins.append(origin)
        return origin
    }

    private func startOrigin(
        of settings: ServiceSettings,
        _ generation: Int
    ) throws(Errno) -> WorkerOriginRecord {
        try ProgramExecution.adoptOrphans()
        let pipe = try Pipe.open()
        // It sends no beats: it waits for the arbiter alone.
        _ = FileDescriptor(owning: pipe.reading)
        let heartbeat = FileDescriptor(owning: pipe.writing)
        let logs = try DescriptorChannel.open()
        _ = FileDescriptor(owning: logs.giving)
        let logChannel = SharedDescriptor(FileDescriptor(owning: logs.taking))
        let ends = try DescriptorChannel.open()
        let own = FileDescriptor(owning: ends.giving)
        let requests = SharedDescriptor(FileDescriptor(owning: ends.taking))
        let interpreter = try settings.makeInterpreterEnds(
            tickets: tickets?.number,
            requests: requests
        )
        guard let interpreter else { throw .invalidArgument }
        guard let child = try Process.fork() else {
            _ = consume own
            let handoff = WorkerHandoff(
                slot: 0,
                generation: generation,
                arbiter: process,
                listeners: [],
                credentials: settings.credentials,
                score: .makePrivate(),
                openRequests: nil,
                logChannel: logChannel,
                interpreter: interpreter,
                heartbeat: heartbeat
            )
            becomeWorker(handoff, settings)
        }
        return WorkerOriginRecord(
            process: child,
            generation: generation,
            report: interpreter.report,
            limit: settings.configuration.bootTimeout,
            channel: own
        )
    }

    var originSources: [PollSource] {
        origins.map { origin in
            PollSource(descriptor: origin.descriptor) { self.readAnswers(of: origin) }
        }
    }

    var originDeadline: Instant? { origins.compactMap(\.nextDeadline).min() }

    private func readAnswers(of origin: WorkerOriginRecord) {
        take(origin.readAnswers(), of: origin)
    }

    /// Takes what a process that forks workers has said, and which of them it can't be asked for.
    private func take(_ answers: [WorkerOriginRecord.Answer], of origin: WorkerOriginRecord) {
        for answer in answers {
            switch answer {
            case .ready(let duration):
                logger.info(
                    .applicationLoaded,
                    "pid \(origin.process) has loaded the application after "
                        + "\(LogText.spoken(duration)); workers are forked from it",
                    [
                        LogField("process", origin.process.rawValue),
                        LogField("generation", origin.generation), LogField("after", duration),
                    ]
                )
            case .worker(let record, let process) where isNew(process):
                record.become(process)
                workers.insert(record)
                handle(.spawned(record.id))
            case .worker(let record, let process):
                giveUp(record, of: origin, "pid \(process), which it names, is no child")
            case .none(let record, let reason):
                giveUp(record, of: origin, reason)
            }
        }
    }

    /// Whether a process is a child of the arbiter that nothing else is known of.
    private func isNew(_ child: ProcessID) -> Bool {
        Process.isChild(child) && workers.record(of: child) == nil && child != state.successor
            && !observers.contains { $0.process == child }
            && !origins.contains { $0.process == child }
    }

    private func giveUp(_ record: WorkerRecord, of origin: WorkerOriginRecord, _ reason: String) {
        logger.error(
            .spawnFailed,
            "worker \(record.slot) could not be forked by pid \(origin.process): \(reason)",
            [LogField("slot", record.slot), LogField("reason", reason)]
        )
        forget(record)
    }

    /// Finds a worker that has ended before it was known.
    func lateRecord(of process: ProcessID) -> WorkerRecord? {
        guard !origins.isEmpty else { return nil }
        origins.forEach(readAnswers)
        return workers.record(of: process)
    }

    /// Asks them for workers, and ends those that are not needed, or whose time is over.
    func superviseOrigins(at now: Instant) {
        for origin in origins {
            take(origin.askNext(), of: origin)
            if let signal = origin.overdueSignal(at: now) { send(signal, to: origin) }
            guard !isWanted(origin) else { continue }
            origin.takeUnasked().forEach(forget)
            if origin.waiting.isEmpty {
                origin.close()
                // One that loads the application does not look.
                if !origin.isReady { send(.kill, to: origin) }
            } else {
                origin.shortenLimit(at: now)
            }
        }
    }

    /// Whether more workers may be forked of its generation.
    private func isWanted(_ origin: WorkerOriginRecord) -> Bool {
        supervisor.maySpawn && generations[origin.generation] != nil
    }

    /// Lets go of a worker that was never forked.
    private func forget(_ record: WorkerRecord) {
        record.close()
        scores.release(record.scoreNumber)
        handle(.spawnFailed(record.id))
    }

    /// Ends all of them, and waits for that, for a second at most.
    func endOrigins() {
        origins.forEach { send(.kill, to: $0) }
        for _ in 0..<100 where origins.contains(where: { Process.isChild($0.process) }) {
            while let (child, _) = Process.ended() { Process.release(child) }
            Process.sleep(for: .milliseconds(10))
        }
    }

    private func send(_ signal: Signal, to origin: WorkerOriginRecord) {
        // It may have ended by itself.
        try? Process.send(signal, to: origin.process)
    }

    /// Notes the end of one of these processes.
    ///
    /// - Returns: Whether it was one.
    func noteOriginEnd(_ process: ProcessID, _ status: ExitStatus) -> Bool {
        guard let index = origins.firstIndex(where: { $0.process == process }) else { return false }
        let origin = origins[index]
        readAnswers(of: origin)
        origins.remove(at: index)
        let wasWanted = !origin.wasToldToEnd
        origin.close()
        let waiting = origin.takeWaiting()
        if wasWanted, waiting.isEmpty || origin.failure == nil {
            let isWanted = isWanted(origin)
            logger.log(
                isWanted ? .error : .warning,
                .applicationLost,
                "pid \(process), which forks the workers, \(status.words)"
                    + (isWanted
                        ? "; no client is concerned, and the next worker starts another one"
                        : ": it has not ended in time"),
                [LogField("process", process.rawValue)] + status.fields
            )
        }
        for record in waiting {
            // It is the end of each worker that was to come.
            var status = status
            if let reason = origin.failure {
                record.score.noteBootFailure(reason)
                // The arbiter itself has aborted one that can't tell it the reason.
                status = .exited(code: ExitCode.bootFailed.rawValue)
            }
            record.noteEnd(of: process, report: origin.report)
            workers.insert(record)
            handle(.spawned(record.id))
            note(end: status, of: process, record)
        }
        return true
    }
}
