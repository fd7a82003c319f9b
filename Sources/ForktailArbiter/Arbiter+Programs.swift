import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

/// Programs as workers: what they report, whether they serve, and what they leave behind.
extension Arbiter {
    /// Whether programs live that share the listeners.
    var isBesidePrograms: Bool {
        state.other?.mayRunPrograms == true || workers.all.contains { $0.program != nil }
    }

    /// What the arbiter waits for of its programs.
    var programSources: [PollSource] {
        workers.all.flatMap { record in
            // All are read at once, so that a program has one share of a round.
            (record.program?.descriptors ?? []).enumerated().map { index, number in
                PollSource(descriptor: number) { if index == 0 { self.readProgram(record) } }
            }
        }
    }

    /// When a program has to be looked at.
    var programDeadline: Instant? {
        workers.all.compactMap { $0.program?.deadline }.min()
    }

    func readProgram(_ record: WorkerRecord) {
        let share = max(ProgramWatch.leastShare, ProgramWatch.outputOfRound / workers.all.count)
        record.program?.read(share).forEach { take($0, of: record) }
    }

    /// Looks whether programs that boot serve by now.
    func lookAtPrograms(at now: Instant) {
        for record in workers.all {
            guard let program = record.program else { continue }
            let report = program.look(at: now) {
                generations[record.generation]?.probe
                    .isAwaited(by: ProcessTree.all(from: record.process)) ?? false
            }
            if let report { take(report, of: record) }
        }
    }

    /// Takes the last output of a program that has ended, and ends what it has left behind.
    ///
    /// The end of the last worker may end the arbiter, so this comes before the supervisor hears of
    /// it.
    func finishProgram(_ record: WorkerRecord) {
        guard let program = record.program else { return }
        program.finish().forEach { take($0, of: record) }
        endStrays(besides: record)
    }

    /// Makes what a program needs beside its listeners, before the fork.
    func makeProgram(
        _ settings: ServiceSettings
    ) throws(Errno) -> (watch: ProgramWatch, ends: ProgramEnds)? {
        guard settings.traits.runsProgram else { return nil }
        try ProgramExecution.adoptOrphans()
        let options = settings.configuration.exec
        let socket = try NotifySocket()
        let (output, outputEnd) = try Self.openPipe()
        let address = socket.address
        let users = [0, Credentials.ownUser, settings.credentials?.user].compactMap(\.self)
        var readyEnd: SharedDescriptor?
        var readyLine: SharedDescriptor?
        if options.ready == .fd {
            let (line, end) = try Self.openPipe()
            readyLine = line
            readyEnd = end
        }
        let watch = ProgramWatch(
            options,
            socket,
            output: output,
            readyLine: readyLine,
            users: users,
            at: .now()
        )
        let ends = ProgramEnds(output: outputEnd, ready: readyEnd, notifyAddress: address)
        return (watch, ends)
    }

    /// Opens a pipe whose writing end blocks, as programs expect it.
    private static func openPipe() throws(Errno) -> (SharedDescriptor, SharedDescriptor) {
        let ends = try Pipe.open()
        let reading = FileDescriptor(owning: ends.reading)
        let writing = FileDescriptor(owning: ends.writing)
        try writing.setNonBlocking(false)
        return (SharedDescriptor(reading), SharedDescriptor(writing))
    }

    /// Sends a signal to a program: of all signals only those that end it.
    func send(_ signal: WorkerSignal, to program: ProgramWatch, _ process: ProcessID) throws(Errno)
    {
        switch signal {
        case .terminate: try Process.send(program.options.stopSignal, to: process)
        case .quit: try Process.send(program.options.quickSignal, to: process)
        case .abort: try Process.send(.abort, to: process)
        case .kill: Process.killGroup(ledBy: process)
        case .reopenLogs: return
        }
        // A program that was stopped by SIGSTOP acts on nothing but SIGKILL.
        try Process.send(.continue, to: process)
    }

    /// Kills descendants of programs that have ended, which have become children of the arbiter.
    ///
    /// They are known by the NOTIFY_SOCKET that they have inherited. A process without one that
    /// holds a listener would take connections from the workers for ever.
    ///
    /// - Parameter ended: A worker that has ended and is still in the table.
    func endStrays(besides ended: WorkerRecord?) {
        guard generations.usePrograms else { return }
        let living = Set(
            workers.all.filter { $0.id != ended?.id }.compactMap { $0.program?.address }
        )
        for child in strayChildren(besides: living) {
            for stray in ProcessTree.all(from: child).reversed()
            where strays.insert(stray).inserted {
                logger.info(
                    .strayKilled,
                    "killing pid \(stray), which a worker that has ended has left behind",
                    [LogField("process", stray.rawValue)]
                )
                // It may have ended by itself.
                try? Process.send(Signal.kill, to: stray)
            }
        }
    }

    /// Waits for what was killed, for a second at most, so that no process holds a listener when the
    /// arbiter has left: the next start would find its address in use.
    func awaitStrays() {
        guard generations.usePrograms else { return }
        for _ in 0..<100 {
            while let (child, _) = Process.ended() { Process.release(child) }
            if strayChildren(besides: []).isEmpty { return }
            Process.sleep(for: .milliseconds(10))
        }
    }

    /// The children of the arbiter that belong to no program with one of the addresses and are not
    /// the arbiter's own.
    private func strayChildren(besides living: Set<String>) -> [ProcessID] {
        let listeners = ListenerProbe(generations.listeners.map(\.number))
        return ProcessTree.children(of: process).filter { child in
            guard workers.record(of: child) == nil, child != state.successor,
                !observers.contains(where: { $0.process == child })
            else { return false }
            guard let address = ProcessTree.value(of: "NOTIFY_SOCKET", in: child),
                NotifySocket.isOwn(address)
            else { return listeners.isHeld(by: child) }
            return !living.contains(address)
        }
    }

    private func take(_ report: ProgramWatch.Report, of record: WorkerRecord) {
        switch report {
        case .ready: handle(.ready(record.id))
        case .alive: handle(.heartbeat(record.id))
        case .status(let text):
            logger.info(
                .workerStatus,
                "worker \(record.slot) (pid \(record.process)): status: \(text)",
                fields(of: record) + [LogField("status", text)]
            )
        case .line(let line):
            logger.relay(
                line,
                of: "worker \(record.slot) (pid \(record.process))",
                fields(of: record)
            )
        }
    }

    private func fields(of record: WorkerRecord) -> [LogField] {
        [LogField("slot", record.slot), LogField("worker_pid", record.process.rawValue)]
    }
}

extension Process {
    /// Sends a signal that the settings name.
    fileprivate static func send(_ signal: ProgramSignal, to process: ProcessID) throws(Errno) {
        guard let signal = Signal(name: signal.rawValue) else { throw .invalidArgument }
        try send(signal, to: process)
    }
}
