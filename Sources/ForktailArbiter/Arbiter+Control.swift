// The commands of the control socket. They become the same events as signals, and are answered on
// the board when they have taken effect, so that an answer outlives the observer.

import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

/// A command that has begun to take effect.
struct PendingCommand {
    /// What it waits for.
    enum Goal {
        /// As many ready workers as are wanted, and no others.
        case workers(Int)
        /// The generation of the reload is in force, or a later one.
        case reload(generation: Int)
        case upgrade
        /// The worker with this name is gone, and its slot has another one that is ready.
        case replacement(of: WorkerID, slot: Int)
    }

    let ticket: UInt64
    let goal: Goal
}

extension Arbiter {
    /// Obeys the commands that came in this round, and answers those that have taken effect.
    func advanceCommands() {
        let commands = receivedCommands
        receivedCommands = []
        commands.forEach(obey)
        pendingCommands.removeAll { command in
            guard let answer = answer(to: command) else { return false }
            board.note(command.ticket, answer.state, answer.message)
            return true
        }
    }

    private func obey(_ command: ControlCommand) {
        // A client whose observer has died sends its command again.
        guard board.command(command.ticket) == nil else { return }
        counters.commands += 1
        mustPublish = true
        let process = ProcessID(rawValue: command.process)
        let sender = SendingProcess(process)
        let words =
            "\(command.words) from \(process.asSender)"
            + (sender.map { " (\($0.name), user \($0.user))" } ?? "")
        logger.info(
            .commandReceived,
            words,
            [
                LogField("command", command.kind.name), LogField("sender", command.process),
                LogField("argument", command.argument),
            ]
        )
        if let refusal = state.refusal(of: command.kind, by: self.process) {
            logger.warning(
                .commandRefused,
                "\(command.kind.name) refused: \(refusal.words)",
                [
                    LogField("command", command.kind.name),
                    LogField("reason", refusal.reason.code),
                ]
            )
            return board.note(command.ticket, .refused, refusal.words)
        }
        commandRefusal = nil
        board.note(command.ticket, .pending, "")
        if let goal = perform(command) {
            pendingCommands.append(PendingCommand(ticket: command.ticket, goal: goal))
        }
        guard let commandRefusal else { return }
        pendingCommands.removeAll { $0.ticket == command.ticket }
        board.note(command.ticket, .refused, commandRefusal)
    }

    /// Does what the command says.
    ///
    /// - Returns: What it waits for; nil where it is answered at once.
    private func perform(_ command: ControlCommand) -> PendingCommand.Goal? {
        let ticket = command.ticket
        switch command.kind {
        case .scale:
            let count = Int(command.argument)
            guard (1...Self.mostWorkers).contains(count) else {
                board.note(ticket, .refused, "the number must be 1 to \(Self.mostWorkers)")
                return nil
            }
            forgetBootFailures()
            handle(.setWorkers(count))
            return .workers(count)
        case .reload:
            reloadRejection = nil
            handle(.reload)
            if let reloadRejection {
                board.note(ticket, reloadRejection.state, reloadRejection.message)
                return nil
            }
            let counts = supervisor.counts
            return .reload(generation: counts.reloading ?? counts.generation)
        case .upgrade:
            upgradeFailure = nil
            handle(.upgrade)
            return .upgrade
        case .stop, .quickStop:
            let mode: StopMode = command.kind == .stop ? .graceful : .quick
            board.note(ticket, .done, "stopping")
            // Unlike a second signal, a second command asks for nothing more.
            if mode == .graceful, supervisor.phase == .stopping { return nil }
            agreeOnDrain()
            handle(.stop(mode))
            return nil
        case .restartWorker:
            let slot = Int(command.argument)
            let worker = supervisor.currentWorker(of: slot)
            forgetBootFailures()
            handle(.restartWorker(slot: slot))
            return worker.map { .replacement(of: $0, slot: slot) }
        case .logLevel:
            let level = LogLevel(place: Int(command.argument))
            setLogLevel(level)
            board.note(ticket, .done, "loglevel \(level?.rawValue ?? "of the settings")")
            return nil
        }
    }

    /// Only failures that follow a command say something about it.
    private func forgetBootFailures() {
        bootFailures = BootFailures()
    }

    /// As many as a service has, see the setting `workers`.
    private static let mostWorkers = 1024

    private func answer(to command: PendingCommand) -> CommandResult? {
        let counts = supervisor.counts
        switch command.goal {
        case .workers(let wanted):
            let fewest = counts.bounds?.lowerBound ?? counts.wanted
            guard fewest == wanted else {
                return CommandResult(
                    state: .failed,
                    message: "another command wants \(fewest.counted(as: "worker"))"
                )
            }
            let isReached =
                counts.bounds == nil
                ? counts.ready == wanted && counts.booting == 0 && counts.leaving == 0
                : counts.ready >= wanted
            guard isReached else {
                // Where there are enough, what can't boot is on its way out.
                return counts.ready >= wanted && !state.isStopping ? nil : failure
            }
            let extent = counts.bounds == nil ? "" : "at least "
            return CommandResult(
                state: .done,
                message: extent + wanted.counted(as: "worker")
            )
        case .reload(let generation):
            if counts.generation >= generation {
                return CommandResult(
                    state: .done,
                    message: "generation \(counts.generation) is in force"
                )
            }
            if let refusalOfStop { return refusalOfStop }
            // A later reload may have overtaken it.
            guard counts.reloading == nil else { return nil }
            return CommandResult(state: .failed, message: reloadFailure ?? "")
        case .upgrade:
            if let upgradeFailure { return upgradeFailure }
            guard case .beside(let other) = state, other.role == .successor else {
                return refusalOfStop
            }
            // The new one serves: this one has done its part.
            agreeOnDrain()
            handle(.stop(.graceful))
            return CommandResult(state: .done, message: "the new arbiter is pid \(other.process)")
        case .replacement(let old, let slot):
            guard supervisor.worker(old) == nil, let new = supervisor.currentWorker(of: slot),
                supervisor.worker(new)?.isReady == true
            else { return failure }
            return CommandResult(
                state: .done,
                message: "worker \(slot) is pid \(workers[new]?.process.description ?? "?")"
            )
        }
    }

    /// The answer to any command that waits for something while the arbiter stops.
    private var refusalOfStop: CommandResult? {
        state.isStopping ? CommandResult(state: .failed, message: "the arbiter is stopping") : nil
    }

    /// Why a command that waits for workers can't succeed any more, if it can't.
    private var failure: CommandResult? {
        if let refusalOfStop { return refusalOfStop }
        guard let reason = bootFailures.reason, bootFailures.count > 2 else { return nil }
        return CommandResult(
            state: .failed,
            message: "new workers can't boot: \(reason)\(BootFailures.tries(bootFailures.count))"
        )
    }

    /// Sets the level of all logs until the next reload; nil for that of the settings.
    func setLogLevel(_ level: LogLevel?) {
        logLevel = level
        Logger.prevail(with: { [weak self] in self?.logLevel })
        workers.all.forEach { $0.score.setLogLevel(level) }
    }
}

/// How a command has ended.
struct CommandResult {
    let state: CommandState
    /// For the client; several lines where there are several mistakes.
    let message: String
}

extension ArbiterState {
    /// Why a command is refused that would reach only one of two arbiters, this one.
    ///
    /// The new arbiter of an upgrade has no control socket before it is alone.
    func refusal(
        of kind: ControlCommand.Kind,
        by process: ProcessID
    ) -> (reason: CommandRefusal, words: String)? {
        switch self {
        case .checking, .starting:
            // A stop cancels the upgrade.
            guard kind != .stop, kind != .quickStop else { return nil }
            return (
                .upgrading,
                "an upgrade is under way, and its new arbiter would not get this command; try again "
                    + "when the upgrade has ended"
            )
        case .beside(let new) where new.role == .successor:
            return (
                .upgraded,
                "two arbiters serve, pid \(process) and pid \(new.process), the new one of an upgrade, "
                    + "and this command would reach only the first: kill -TERM \(process) completes the "
                    + "upgrade, kill -QUIT \(new.process) takes it back, kill -TERM \(process) "
                    + "\(new.process) stops both"
            )
        case .alone, .beside, .stopping: return nil
        }
    }
}

extension ControlCommand {
    /// `scale 4`.
    fileprivate var words: String {
        switch kind {
        case .scale, .restartWorker: "\(kind.name) \(argument)"
        case .logLevel:
            "\(kind.name) \(LogLevel(place: Int(argument))?.rawValue ?? "of the settings")"
        case .reload, .upgrade, .stop, .quickStop: kind.name
        }
    }
}
