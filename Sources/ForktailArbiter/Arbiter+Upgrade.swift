// The upgrade: a new executable beside the old one, on the same sockets.
//
// The new arbiter is a child of this one and a complete service of its own. Nothing changes here
// until it serves, and this arbiter serves on after that, until it is told to stop.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem
import ForktailTLS

extension Arbiter {
    /// Lets the executable that is at the path now check the configuration: the first step.
    func startUpgrade() -> Event? {
        guard process.rawValue != 1 else {
            return failUpgrade("process 1 ends its container when it leaves; start another one")
        }
        if let configurationFile, isUnrepeatable(configurationFile) {
            return failUpgrade("\(configurationFile) is not a regular file to be read again")
        }
        logger.info(
            .upgradeChecking,
            "upgrade: checking \(execution.path)",
            [LogField("path", "\(execution.path)")]
        )
        do throws(Errno) {
            let process = try fork { [execution, arbiter = process] report in
                do throws(Errno) {
                    // "configuration OK" is discarded.
                    try Execution.silenceOutput()
                    try report.takeErrors()
                } catch {
                    return error
                }
                return execution.execute(
                    adding: ["--check-config"],
                    changing: [Inheritance.Variable.predecessor: "\(arbiter)"]
                )
            }
            state = .checking(process)
            return nil
        } catch {
            return failUpgrade("\(error)")
        }
    }

    /// Whether a file can be read only once, as a pipe can, or makes its reader wait.
    private func isUnrepeatable(_ path: SystemString) -> Bool {
        do throws(Errno) {
            return try FileSystem.regularContents(of: path) == nil
        } catch {
            // The new executable reports a file that can't be opened.
            return false
        }
    }

    /// Starts the new arbiter with this one's listeners: the second step.
    private func startSuccessor() {
        do throws(Errno) {
            let (line, otherEnd) = try ArbiterLine.open()
            let listeners = generations.allListeners
            let ticketsNumber = tickets?.number
            if totals == nil { totals = try TotalsFile() }
            totals?.write(currentTotals)
            let totalsNumber = totals?.number
            successorTotals = try TotalsFile()
            let ownTotalsNumber = successorTotals?.number
            let variables: [String: String?] = [
                Inheritance.Variable.sockets:
                    Inheritance.describe(listeners, line: otherEnd.descriptor),
                Inheritance.Variable.predecessor: "\(process)",
                Inheritance.Variable.programs: generations.usePrograms ? "1" : nil,
                Inheritance.Variable.tickets: ticketsNumber.map { "\($0)" },
                Inheritance.Variable.totals: totalsNumber.map { "\($0)" },
                Inheritance.Variable.ownTotals: ownTotalsNumber.map { "\($0)" },
                "LISTEN_FDS": nil, "LISTEN_PID": nil, "LISTEN_FDNAMES": nil, "WATCHDOG_PID": nil,
            ]
            let inheritedDescriptors =
                listeners.map { $0.socket.rawValue }
                + [otherEnd.descriptor, ticketsNumber, totalsNumber, ownTotalsNumber]
                .compactMap(\.self)
            let process = try fork { [execution] _ in
                do throws(Errno) {
                    for number in inheritedDescriptors {
                        try FileDescriptor.setCloseOnExec(false, of: number)
                    }
                } catch {
                    return error
                }
                return execution.execute(changing: variables)
            }
            state = .starting(process, line)
            logger.info(
                .upgradeStarted,
                "upgrade: the new arbiter is pid \(process)",
                [LogField("arbiter_pid", process.rawValue)]
            )
        } catch {
            handle(failUpgrade("\(error)"))
        }
    }

    /// Forks a child that becomes another program; `execute` returns when it can't.
    private func fork(_ execute: (ExecutionReport) -> Errno) throws(Errno) -> ProcessID {
        let report = try ExecutionReport()
        executionReport = report
        if let child = try Process.fork() { return child }
        SignalDisposition.resetAll()
        if ignoresTerminalsEnd { SignalDisposition.ignore(.hangUp) }
        SignalDisposition.setMask(.empty)
        report.send(execute(report))
        Process.leave(.systemError)
    }

    /// Reads on the line to the new arbiter whether that one serves.
    func followUpgrade() {
        guard case .starting(let process, let line) = state, line.hasReported() else { return }
        state = .beside(OtherArbiter(process: process, line: line, role: .successor))
        executionReport = nil
        logger.info(
            .upgradeReady,
            "upgrade: the new arbiter (pid \(process)) serves"
                + (stopsOnceUpgraded
                    ? ", and this one stops"
                    : "; kill -TERM \(self.process) completes the upgrade, kill -QUIT \(process) "
                        + "takes it back"),
            [LogField("arbiter_pid", process.rawValue)]
        )
        tellManager { manager throws(Errno) in try manager.handOver(to: process) }
        handle(.upgradeStarted)
        stopForSuccessor()
    }

    /// Handles the end of a process of the upgrade.
    ///
    /// - Returns: Whether the process was one.
    func noteUpgradeEnd(_ process: ProcessID, _ status: ExitStatus) -> Bool {
        guard state.successor == process else { return false }
        let ended = state
        state.removeOther()
        takeBackTotals()
        let report = executionReport
        executionReport = nil
        switch ended {
        case .checking where status == .exited(code: 0):
            startSuccessor()
        case .checking, .starting:
            let reason =
                report?.read().map { "\(execution.path) can't be executed: \($0)" }
                ?? ended.failure(of: "\(execution.path)", status)
            handle(failUpgrade(reason, status, mistakes: report?.readErrors() ?? []))
        case .alone, .beside, .stopping:
            let isStopped = status == .exited(code: 0)
            logger.log(
                isStopped ? .info : .warning,
                .upgradeEnded,
                "upgrade: the new arbiter (pid \(process)) "
                    + (isStopped
                        ? "has stopped"
                            + (self.state.isStopping ? "" : "; the upgrade is taken back")
                        : "has ended: it \(status.words)"),
                [LogField("arbiter_pid", process.rawValue)] + status.fields
            )
            // The new arbiter has set the listeners as its own settings say.
            if !self.state.isStopping { applyListenerSettings() }
            tellManager { manager throws(Errno) in try manager.takeBack(self.status) }
            handle(.upgradeExited)
        }
        return true
    }

    /// Ends an upgrade whose new arbiter does not serve yet, because this one stops.
    func cancelUpgrade() {
        guard let process = state.successor else { return }
        do throws(Errno) {
            try Process.send(.terminate, to: process)
        } catch {
            logger.error(
                .signalFailed,
                "upgrade: signal to pid \(process): \(error)",
                [LogField("arbiter_pid", process.rawValue), LogField("reason", "\(error)")]
            )
        }
        state.removeOther()
    }

    private func failUpgrade(
        _ reason: String,
        _ status: ExitStatus? = nil,
        mistakes: [String] = []
    ) -> Event {
        let mistakes = mistakes.filter { !$0.hasPrefix("warning: ") }.prefix(Self.mostMistakes)
        for mistake in mistakes {
            logger.error(
                .upgradeMistake,
                "upgrade: \(mistake)",
                [LogField("problem", mistake)]
            )
        }
        stopsOnceUpgraded = false
        upgradeFailure = CommandResult(
            state: CommandState(failure: status?.code),
            message: ([reason] + mistakes).joined(separator: "\n")
        )
        logger.error(
            .upgradeFailed,
            "upgrade failed: \(reason); this arbiter serves on",
            [LogField("reason", reason)]
        )
        return .upgradeFailed
    }

    /// How many lines of a new executable that refuses are repeated.
    private static let mostMistakes = 20

    /// Reports to the predecessor, if there is one, that this arbiter serves.
    func reportToPredecessor() {
        guard let other = state.other, other.role == .predecessor else { return }
        do throws(Errno) {
            try other.line.reportReady()
        } catch {
            logger.warning(
                .signalFailed,
                "upgrade: the arbiter before this one is not listening: \(error)",
                [LogField("arbiter_pid", other.process.rawValue), LogField("reason", "\(error)")]
            )
        }
    }

    /// Agrees with the other arbiter on which of the two drains the queues: if both stop, this one
    /// does.
    func agreeOnDrain() {
        guard let other = state.other, other.line.announceStop() else { return }
        state.noteOtherStops()
        handle(.otherArbiterStops)
    }

    /// Takes the place of the predecessor once that has ended.
    func promoteIfAlone() {
        guard let predecessor = state.predecessor, Process.parentID != predecessor else { return }
        state.removeOther()
        readTotals()
        inheritedTotals = nil
        ownTotals = nil
        logger.info(
            .predecessorEnded,
            "upgrade: the arbiter before this one (pid \(predecessor)) has gone",
            [LogField("arbiter_pid", predecessor.rawValue)]
        )
        unusedAddresses.forEach { $0.file?.remove() }
        handle(.predecessorExited)
        if !state.isStopping { applyListenerSettings() }
        controlTakeover = ControlTakeover(since: .now(), due: .now())
        guard let path = startConfiguration.pidfile else { return }
        do throws(StartFailure) {
            let promoted = try PIDFile(path: path)
            pidFile?.remove()
            pidFile = promoted
        } catch {
            logger.error(.upgradeFailed, "upgrade: \(error)", [LogField("reason", "\(error)")])
        }
    }
}

extension ArbiterState {
    /// Why an upgrade failed whose process has run and ended.
    fileprivate func failure(of path: String, _ status: ExitStatus) -> String {
        switch self {
        case .checking where ExitStatus.ofWrongConfiguration.contains(status):
            "the new executable refuses the configuration"
        case .checking(let process):
            "\(path) --check-config (pid \(process)) \(status.words)"
        case .starting(let process, _):
            "the new arbiter (pid \(process)) \(status.words)"
        case .alone, .beside, .stopping:
            preconditionFailure("no upgrade was under way")
        }
    }
}

extension ExitStatus {
    /// The code that the process has exited with, if it has a meaning here.
    fileprivate var code: ExitCode? {
        guard case .exited(let code) = self else { return nil }
        return ExitCode(rawValue: code)
    }

    /// `exited with status 1`, `died of SIGSEGV`.
    var words: String { WorkerExit(status: self, cause: .unexpected).words }

    fileprivate static let ofWrongConfiguration: [ExitStatus] = [
        .exited(code: ExitCode.usage.rawValue), .exited(code: ExitCode.configuration.rawValue),
    ]
}
