import ForktailLog
import ForktailSupervision
import ForktailSystem

/// How a worker ended, and what has caused it.
struct WorkerExit {
    let status: ExitStatus
    let cause: ExitCause
    /// Whether it ran a program, whose status after a stop signal says nothing: many die of the signal
    /// or exit with 143 when they have finished their requests.
    private let isProgram: Bool
    /// What is known of an end that the arbiter did not cause.
    private let finding: Finding?

    private enum Finding: String {
        case outOfMemory = "out_of_memory"
        case otherProcess = "other_process"
        case left
        case crashed
    }

    /// Describes an end; `isOutOfMemory` says whether the kernel has killed a process for lack of
    /// memory, and is called once at most.
    init(
        status: ExitStatus,
        cause: ExitCause,
        isProgram: Bool = false,
        isOutOfMemory: () -> Bool = { false }
    ) {
        self.status = status
        self.cause = cause
        self.isProgram = isProgram
        finding = cause == .unexpected ? Self.finding(status, isOutOfMemory) : nil
    }

    private static func finding(_ status: ExitStatus, _ isOutOfMemory: () -> Bool) -> Finding {
        switch status {
        case .signaled(Signal.kill.rawValue, _): isOutOfMemory() ? .outOfMemory : .otherProcess
        case .signaled(let number, _) where Signal(rawValue: number).asksToLeave: .otherProcess
        case .exited(0): .left
        case .exited, .signaled: .crashed
        }
    }

    /// The end itself: `exited with status 1`, `died of SIGSEGV (core dumped)`.
    var words: String {
        switch status {
        case .exited(let code) where finding == .left: "exited unexpectedly with status \(code)"
        case .signaled(let number, _) where finding == .otherProcess:
            "was killed by \(Signal(rawValue: number)) (not sent by forktail)"
        case .exited(let code): "exited with status \(code)"
        case .signaled(let number, let coreDumped):
            "died of \(Signal(rawValue: number))" + (coreDumped ? " (core dumped)" : "")
        }
    }

    /// The cause, as far as the arbiter knows it.
    var reason: String {
        switch cause {
        case .unexpected: unexpectedReason
        case .retired(let retirement): ": \(retirement.words)"
        case .stopped: ", as asked"
        case .killed(.escalation) where status == .exited(code: 0): ", as asked"
        case .aborted(let reason), .killed(let reason): ": it \(reason.words)"
        }
    }

    /// The level of the log line.
    var severity: LogLevel {
        switch (cause, status) {
        case (.retired, .exited(0)), (.stopped, _), (.killed(.escalation), .exited(0)): .info
        case (.retired, _) where isProgram: .info
        // A second stop signal escalated the stop.
        case (.killed(.escalation), _): .warning
        // It was still booting, had no request, and died of the signal's default action.
        case (.retired, .signaled(Signal.terminate.rawValue, _)): .info
        case (.unexpected, .exited(0)): .warning
        // Another process sent the worker a stop signal while it was booting.
        case (.unexpected, .signaled(let number, _)) where Signal(rawValue: number).asksToLeave:
            .warning
        case (.retired, _), (.aborted, _), (.killed, _), (.unexpected, _): .error
        }
    }

    /// The same for programs that read the log, with words to describe it.
    var fields: [LogField] {
        status.fields + [LogField("cause", causeCode)]
            + (reasonCode.map { [LogField("reason", $0)] } ?? [])
    }

    private var causeCode: String {
        switch cause {
        case .unexpected: "unexpected"
        case .retired: "retired"
        case .stopped: "stopped"
        case .aborted: "aborted"
        case .killed: "killed"
        }
    }

    /// The reason in one word.
    var reasonCode: String? {
        switch cause {
        case .unexpected: finding?.rawValue
        case .retired(let retirement): retirement.code
        case .stopped(let mode): mode == .graceful ? "graceful" : "quick"
        case .aborted(let reason), .killed(let reason): reason.code
        }
    }

    private var unexpectedReason: String {
        switch finding {
        case .outOfMemory: ": the kernel killed it, since the control group is out of memory"
        case .otherProcess, .left, .crashed, nil: ""
        }
    }
}

extension ExitStatus {
    /// The status for programs that read the log.
    var fields: [LogField] {
        switch self {
        case .exited(let code): [LogField("status", code)]
        case .signaled(let number, let coreDumped):
            [LogField("signal", "\(Signal(rawValue: number))")]
                + (coreDumped ? [LogField("core_dumped", "yes")] : [])
        }
    }
}

extension Signal {
    /// Whether it asks a worker to stop.
    fileprivate var asksToLeave: Bool { [.terminate, .interrupt, .quit].contains(self) }
}

extension Retirement {
    /// The reason in words.
    var words: String {
        switch self {
        case .slotRemoved: "one worker fewer is wanted"
        case .notNeeded: "the load needs fewer workers"
        case .replaced(let generation): "generation \(generation) has taken its place"
        case .surplus(let generation): "generation \(generation) has fewer workers"
        case .reloadGivenUp(let generation): "the reload to generation \(generation) was given up"
        case .recycled(let reason): reason.words
        case .recyclingGivenUp: "the worker that it was to replace is not replaced for now"
        case .allRetired: "SIGWINCH retires all workers"
        case .handedOver: "another arbiter serves on"
        }
    }
}

extension RecycleReason {
    /// The reason in words.
    var words: String {
        switch self {
        case .requests(let count):
            "it has answered \(UInt64(clamping: count).grouped) request\(count == 1 ? "" : "s")"
        case .lifetime(let duration): "it has lived for \(LogText.spoken(duration))"
        case .memory(let bytes): "it occupies \(bytes.grouped) bytes"
        case .stuck: "a thread of it is stuck"
        case .command: "a command asked for it"
        }
    }
}

extension KillReason {
    /// The reason in words that follow the worker's name.
    var words: String {
        switch self {
        case .silent(let duration): "gave no sign of life for \(LogText.spoken(duration)) (timeout)"
        case .bootTimeout(let duration):
            "was not ready after \(LogText.spoken(duration)) (boot_timeout)"
        case .gracefulTimeout(let duration):
            "did not leave within \(LogText.spoken(duration)) (graceful_timeout)"
        case .escalation: "had to leave at once"
        }
    }
}

extension Command {
    /// The signal that stands for the command.
    var words: String {
        switch self {
        case .reload: "SIGHUP"
        case .addWorker: "SIGTTIN"
        case .removeWorker: "SIGTTOU"
        case .retireAll: "SIGWINCH"
        case .upgrade: "SIGUSR2"
        case .setWorkers: "scale"
        case .restartWorker: "restart-worker"
        }
    }
}

extension CommandRefusal {
    /// The reason in words.
    var words: String {
        switch self {
        case .notStarted: "the arbiter has not started"
        case .stopping: "the arbiter is stopping"
        case .lastWorker: "one worker has to stay"
        case .mostWorkers(let count):
            "the setting workers allows \(count) at most; raise its max, and reload"
        case .noWorker: "there is no worker that serves"
        case .noSlot(let slots):
            "there is no such slot: \(slots == 1 ? "the only one is 0" : "they are 0 to \(slots - 1)")"
        case .reloading: "a reload is under way"
        case .upgrading: "an upgrade is under way"
        case .upgraded: "the new arbiter of an earlier upgrade runs"
        case .predecessorRuns: "the arbiter that this one upgrades still runs"
        }
    }
}

extension BootFailure {
    /// What happened in words.
    var words: String {
        switch self {
        case .notSpawned: "it could not be forked"
        case .exited(let status): "it \(WorkerExit(status: status, cause: .unexpected).words)"
        case .timedOut: "it was not ready in time"
        }
    }
}

extension ReloadFailure {
    /// What happened in words, with the reason of a worker that has told it.
    func words(_ reason: String?) -> String {
        switch self {
        case .cannotBoot(_, let slot, let failures, let last):
            "worker \(slot) can't boot: \(reason ?? last.words)\(BootFailures.tries(failures))"
        case .allRetired(let generation):
            "all workers were retired before generation \(generation) was in force"
        }
    }
}

extension WorkerSignal {
    /// What the signal asks for in words.
    var words: String {
        switch self {
        case .terminate: "workers were told to finish (SIGTERM)"
        case .quit: "workers were told to drop their requests (SIGQUIT)"
        case .abort: "workers were aborted (SIGABRT)"
        case .kill: "workers were killed (SIGKILL)"
        case .reopenLogs: "workers were told to reopen their logs (SIGUSR1)"
        }
    }
}
