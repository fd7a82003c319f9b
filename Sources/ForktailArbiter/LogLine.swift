import ForktailLog
import ForktailSupervision
import ForktailSystem

/// A line of the server's log.
struct LogLine {
    let severity: LogLevel
    let event: LogEvent
    let message: String
    let fields: [LogField]
    /// What an interpreter has written of it.
    var traceback = ""

    init(
        _ severity: LogLevel,
        _ event: LogEvent,
        _ message: String,
        _ fields: [LogField] = []
    ) {
        self.severity = severity
        self.event = event
        self.message = message
        self.fields = fields
    }

    /// Makes the summary of what a worker has answered; nil if it has served no request.
    init?(workOf worker: WorkerDescription) {
        guard let score = worker.score, score.work.requests > 0 else { return nil }
        let summary = WorkSummary(work: score.work)
        self.init(
            .info,
            .workerSummary,
            "\(worker.name) \(summary.words)",
            worker.fields + summary.fields
        )
    }

    /// Makes the line of a notice of the supervisor.
    ///
    /// - Parameters:
    ///   - notice: What happened.
    ///   - failures: The workers in a row that could not boot, the last of them included.
    ///   - describe: Returns what the arbiter knows of a worker.
    init(
        _ notice: Notice,
        after failures: BootFailures = BootFailures(),
        describe: (WorkerID, _ slot: Int) -> WorkerDescription
    ) {
        switch notice {
        case .workerReady(let id, let slot, let generation, let after):
            self.init(
                .info,
                .workerReady,
                describe(id, slot),
                "ready after \(LogText.spoken(after))",
                [.init("generation", generation), .init("after", after)]
            )
        case .workerExited(let id, let slot, let generation, let status, let lived, let cause):
            let worker = describe(id, slot)
            if let reason = worker.bootFailure(status) {
                self.init(
                    failures.isRepeated ? .debug : .error,
                    .workerBootFailed,
                    worker,
                    "could not boot: \(reason)",
                    [.init("reason", reason)] + status.fields
                        + [.init("generation", generation), .init("lived", lived)]
                )
                traceback = worker.report?.text ?? ""
                return
            }
            let exit = WorkerExit(
                status: status,
                cause: cause,
                isProgram: worker.program != nil,
                isOutOfMemory: worker.isOutOfMemory
            )
            let crash = worker.score?.crash.map { CrashReport($0) }
            self.init(
                worker.lastOutput.isEmpty || !failures.isRepeated ? exit.severity : .debug,
                .workerExited,
                worker,
                "\(exit.words) after \(LogText.spoken(lived))\(worker.work)\(worker.activity)"
                    + (crash?.words ?? "") + exit.reason + (worker.report?.words ?? "")
                    + worker.lastOutput,
                exit.fields + [.init("generation", generation), .init("lived", lived)]
                    + worker.activityFields + (crash?.fields ?? [])
                    + (worker.report?.fields ?? []) + worker.outputFields
            )
        case .workerRetired(let id, let slot, let reason):
            self.init(
                .info,
                .workerRetired,
                describe(id, slot),
                "retires: \(reason.words)",
                [.init("reason", reason.code)]
            )
        case .workerRecycling(let id, let slot, let reason):
            self.init(
                .info,
                .workerRecycled,
                describe(id, slot),
                "is being replaced: \(reason.words)",
                [.init("reason", reason.code)] + reason.fields
            )
        case .workerAborted(let id, let slot, let reason):
            self.init(.workerAborted, describe(id, slot), isOverdue: reason, sent: "SIGABRT")
        case .workerKilled(let id, let slot, let reason):
            self.init(.workerKilled, describe(id, slot), isOverdue: reason, sent: "SIGKILL")
        case .spawnFailed(let id, let slot, _):
            self.init(.debug, .spawnFailed, describe(id, slot), "was not spawned")
        case .respawnDelayed(let slot, let delay, let count):
            self.init(
                failures.isRepeated && count < 4 ? .debug : .warning,
                .respawnDelayed,
                "worker \(slot) failed \(count.counted(as: "time")) in a row; next try in "
                    + LogText.spoken(delay),
                [.init("slot", slot), .init("failures", count), .init("delay", delay)]
            )
        case .respawnPaced(let slot, let delay):
            self.init(
                .warning,
                .respawnPaced,
                "worker \(slot) was replaced more than ten times within a second; from now on ten "
                    + "times a second",
                [.init("slot", slot), .init("delay", delay)]
            )
        case .degraded(let ready, let wanted):
            self.init(
                .warning,
                .degraded,
                "serving with \(ready) of \(wanted) workers: the others can't boot",
                [.init("ready", ready), .init("wanted", wanted)]
            )
        case .bootFailed(let count):
            let words =
                failures.reason.map { "can't boot: \($0)\(BootFailures.tries(failures.count))" }
                ?? "every worker failed to boot \(count.counted(as: "time")), none was ready"
            self.init(
                .critical,
                .bootFailed,
                "\(words); giving up with status \(ExitReason.bootFailed.exitCode.rawValue)",
                [.init("failures", count)]
                    + (failures.reason.map { [.init("reason", $0)] } ?? [])
            )
        case .roundSkipped(let pause):
            self.init(
                .warning,
                .arbiterPaused,
                "the arbiter did not run for \(LogText.spoken(pause)): it was stopped, or got no "
                    + "processor time; no worker counts as hung for that time",
                [.init("pause", pause)]
            )
        case .workersChanged(let from, let to):
            self.init(
                .info,
                .workersChanged,
                to > 0
                    ? "workers: \(from) → \(to)"
                    : "\(from == 1 ? "the worker is" : "all \(from) workers are") retired by "
                        + "SIGWINCH: no worker serves; SIGHUP or "
                        + "SIGTTIN brings workers back",
                [.init("from", from), .init("to", to)]
            )
        case .boundsChanged(let minimum, let maximum):
            self.init(
                .info,
                .boundsChanged,
                "workers: at least \(minimum), at most \(maximum)",
                [.init("minimum", minimum), .init("maximum", maximum)]
            )
        case .workersScaled(let from, let to, let reason):
            self.init(
                .info,
                .workersScaled,
                "workers: \(from) → \(to): \(reason.words)",
                [.init("from", from), .init("to", to)] + reason.fields
            )
        case .scalingHeld(let workers, let memory, let limit):
            self.init(
                .warning,
                .scalingHeld,
                "workers: \(workers) stay: " + memory.words(limit: limit),
                [
                    .init("workers", workers), .init("memory", memory.total),
                    .init("largest", memory.largest), .init("limit", limit),
                ]
            )
        case .reloadStarted(let generation, let workers):
            self.init(
                .info,
                .reloadStarted,
                "reload: settings read; rolling \(workers.counted(as: "worker")) over to generation "
                    + "\(generation)",
                [.init("generation", generation), .init("workers", workers)]
            )
        case .reloadOvertaken(let generation, let later):
            self.init(
                .info,
                .reloadOvertaken,
                "reload: generation \(generation) is overtaken by \(later)",
                [.init("generation", generation), .init("by", later)]
            )
        case .reloadRolling(let id, let slot, let generation):
            self.init(
                .debug,
                .workerBooting,
                describe(id, slot),
                "boots for generation \(generation)",
                [.init("generation", generation)]
            )
        case .reloadCompleted(let generation, let after):
            self.init(.reloadCompleted, generation, "in force", after)
        case .reloadFailed(let failure, let old):
            self.init(
                .error,
                .reloadFailed,
                "reload failed: \(failure.words(failures.reason)); generation \(old) stays in force",
                [.init("generation", old), .init("reason", failure.code)] + failure.fields
            )
        case .rollbackCompleted(let generation, let after):
            self.init(.rollbackCompleted, generation, "in force again", after)
        case .commandRefused(let command, let refusal):
            self.init(
                .warning,
                .commandRefused,
                "\(command.words) refused: \(refusal.words)",
                [.init("command", command.words), .init("reason", refusal.code)]
            )
        case .stopDelayed(let delay):
            let time = LogText.spoken(delay)
            self.init(
                .info,
                .stopDelayed,
                "the workers serve on for \(time)",
                [.init("delay", delay)]
            )
        case .stopEscalated(let signal):
            self.init(
                .warning,
                .stopEscalated,
                "stopping now: \(signal.words)",
                [.init("signal", signal.code)]
            )
        }
    }

    /// A line about one worker.
    private init(
        _ severity: LogLevel,
        _ event: LogEvent,
        _ worker: WorkerDescription,
        _ words: String,
        _ fields: [LogField] = []
    ) {
        self.init(severity, event, "\(worker.name) \(words)", worker.fields + fields)
    }

    private init(
        _ event: LogEvent,
        _ worker: WorkerDescription,
        isOverdue reason: KillReason,
        sent signal: String
    ) {
        self.init(
            reason == .escalation ? .warning : .error,
            event,
            worker,
            "\(reason.words)\(worker.pastTime)\(worker.bootNote); sent \(signal)",
            [.init("reason", reason.code), .init("signal", signal)] + worker.activityFields
        )
    }

    private init(_ event: LogEvent, _ generation: Int, _ words: String, _ after: Duration) {
        self.init(
            .info,
            event,
            "reload: generation \(generation) \(words) after \(LogText.spoken(after))",
            [.init("generation", generation), .init("after", after)]
        )
    }
}
