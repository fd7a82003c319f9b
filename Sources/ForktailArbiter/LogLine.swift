import ForktailLog
import ForktailSupervision
import ForktailSystem

/// A line of the server's log.
struct LogLine {
    let severity: LogLevel
    let message: String
    let fields: [LogField]

    init(_ severity: LogLevel, _ message: String, _ fields: [LogField] = []) {
        self.severity = severity
        self.message = message
        self.fields = fields
    }

    /// Makes the summary of what a worker has answered; nil if it has served no request.
    init?(workOf worker: WorkerDescription) {
        guard let score = worker.score, score.requests > 0 else { return nil }
        let summary = WorkSummary(score: score)
        self.init(.info, "\(worker.name) \(summary.words)", worker.fields + summary.fields)
    }

    /// Makes the line of a notice of the supervisor.
    ///
    /// - Parameters:
    ///   - notice: What happened.
    ///   - describe: Returns what the arbiter knows of a worker.
    init(_ notice: Notice, describe: (WorkerID, _ slot: Int) -> WorkerDescription) {
        switch notice {
        case .workerReady(let id, let slot, let generation, let after):
            self.init(
                .info,
                describe(id, slot),
                "ready after \(LogText.spoken(after))",
                [.init("generation", generation), .init("after", after)]
            )
        case .workerExited(let id, let slot, let generation, let status, let lived, let cause):
            let worker = describe(id, slot)
            let exit = WorkerExit(status: status, cause: cause, isOutOfMemory: worker.isOutOfMemory)
            self.init(
                exit.severity,
                worker,
                "\(exit.words) after \(LogText.spoken(lived))\(worker.work)\(worker.activity)"
                    + exit.reason,
                exit.fields + [.init("generation", generation), .init("lived", lived)]
                    + worker.activityFields
            )
        case .workerRetired(let id, let slot, let reason):
            self.init(.info, describe(id, slot), "retires: \(reason.words)")
        case .workerRecycling(let id, let slot, let reason):
            self.init(.info, describe(id, slot), "is being replaced: \(reason.words)")
        case .workerAborted(let id, let slot, let reason):
            self.init(describe(id, slot), isOverdue: reason, sent: "SIGABRT")
        case .workerKilled(let id, let slot, let reason):
            self.init(describe(id, slot), isOverdue: reason, sent: "SIGKILL")
        case .spawnFailed(let id, let slot, _):
            self.init(.debug, describe(id, slot), "was not spawned")
        case .respawnDelayed(let slot, let delay, let failures):
            self.init(
                .warning,
                "worker \(slot) failed \(failures) times in a row; next try in "
                    + LogText.spoken(delay),
                [.init("slot", slot), .init("failures", failures), .init("delay", delay)]
            )
        case .degraded(let ready, let wanted):
            self.init(
                .warning,
                "serving with \(ready) of \(wanted) workers: the others can't boot",
                [.init("ready", ready), .init("wanted", wanted)]
            )
        case .bootFailed(let failures):
            self.init(.critical, "every worker failed to boot \(failures) times, none was ready")
        case .roundSkipped(let pause):
            self.init(
                .warning,
                "the arbiter did not run for \(LogText.spoken(pause)) (suspended, stopped or "
                    + "starved); no worker is judged by that time",
                [.init("pause", pause)]
            )
        case .workersChanged(let from, let to):
            self.init(.info, "workers: \(from) → \(to)", [.init("from", from), .init("to", to)])
        case .reloadStarted(let generation, let workers):
            self.init(
                .info,
                "reload: settings read; rolling \(workers) workers over to generation "
                    + "\(generation)",
                [.init("generation", generation), .init("workers", workers)]
            )
        case .reloadOvertaken(let generation, let later):
            self.init(.info, "reload: generation \(generation) is overtaken by \(later)")
        case .reloadRolling(let id, let slot, let generation):
            self.init(.debug, describe(id, slot), "boots for generation \(generation)")
        case .reloadCompleted(let generation, let after):
            self.init(generation, "in force", after)
        case .reloadFailed(let failure, let old):
            self.init(
                .error,
                "reload failed: \(failure.words); generation \(old) stays in force",
                [.init("generation", old)]
            )
        case .rollbackCompleted(let generation, let after):
            self.init(generation, "in force again", after)
        case .commandRefused(let command, let refusal):
            self.init(.warning, "\(command.words) refused: \(refusal.words)")
        case .stopDelayed(let delay):
            let time = LogText.spoken(delay)
            self.init(.info, "the workers serve on for \(time)", [.init("delay", delay)])
        case .stopEscalated(let signal):
            self.init(.warning, "stopping faster: \(signal.words)")
        }
    }

    /// A line about one worker.
    private init(
        _ severity: LogLevel,
        _ worker: WorkerDescription,
        _ words: String,
        _ fields: [LogField] = []
    ) {
        self.init(severity, "\(worker.name) \(words)", worker.fields + fields)
    }

    private init(_ worker: WorkerDescription, isOverdue reason: KillReason, sent signal: String) {
        self.init(
            reason == .escalation ? .warning : .error,
            worker,
            "\(reason.words)\(worker.activity); sent \(signal)",
            worker.activityFields
        )
    }

    private init(_ generation: Int, _ words: String, _ after: Duration) {
        self.init(
            .info,
            "reload: generation \(generation) \(words) after \(LogText.spoken(after))",
            [.init("generation", generation), .init("after", after)]
        )
    }
}
