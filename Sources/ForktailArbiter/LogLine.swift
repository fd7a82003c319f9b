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
            self = .ready(describe(id, slot), generation, after)
        case .workerExited(let id, let slot, let generation, let status, let lived, let cause):
            self = .exited(describe(id, slot), generation, status, cause, lived)
        case .workerRetired(let id, let slot, let reason):
            self = .asked(describe(id, slot), .info, "retires: \(reason.words)")
        case .workerRecycling(let id, let slot, let reason):
            self = .asked(describe(id, slot), .info, "is being replaced: \(reason.words)")
        case .workerAborted(let id, let slot, let reason):
            self = .overdue(describe(id, slot), reason, "SIGABRT")
        case .workerKilled(let id, let slot, let reason):
            self = .overdue(describe(id, slot), reason, "SIGKILL")
        case .spawnFailed(let id, let slot, _):
            self = .asked(describe(id, slot), .debug, "was not spawned")
        case .respawnDelayed(let slot, let delay, let failures):
            self = .delayed(slot, delay, failures)
        case .degraded(let ready, let wanted):
            self = .degraded(ready, wanted)
        case .bootFailed(let failures):
            self = .init(.critical, "every worker failed to boot \(failures) times, none was ready")
        case .roundSkipped(let pause):
            self = .skipped(pause)
        case .workersChanged(let from, let to):
            self = .init(.info, "workers: \(from) → \(to)", [.init("from", from), .init("to", to)])
        case .reloadStarted(let generation, let workers):
            self = .reloading(generation, workers)
        case .reloadOvertaken(let generation, let later):
            self = .init(.info, "reload: generation \(generation) is overtaken by \(later)")
        case .reloadRolling(let id, let slot, let generation):
            self = .asked(describe(id, slot), .debug, "boots for generation \(generation)")
        case .reloadCompleted(let generation, let after):
            self = .inForce(generation, "in force", after)
        case .reloadFailed(let failure, let old):
            self = .reloadFailed(failure, old)
        case .rollbackCompleted(let generation, let after):
            self = .inForce(generation, "in force again", after)
        case .commandRefused(let command, let refusal):
            self = .init(.warning, "\(command.words) refused: \(refusal.words)")
        case .stopDelayed(let delay):
            self = .init(
                .info,
                "the workers serve on for \(LogText.spoken(delay))",
                [.init("delay", delay)]
            )
        case .stopEscalated(let signal):
            self = .init(.warning, "stopping faster: \(signal.words)")
        }
    }
}

extension LogLine {
    private static func ready(
        _ worker: WorkerDescription,
        _ generation: Int,
        _ after: Duration
    ) -> LogLine {
        LogLine(
            .info,
            "\(worker.name) ready after \(LogText.spoken(after))",
            worker.fields + [.init("generation", generation), .init("after", after)]
        )
    }

    private static func exited(
        _ worker: WorkerDescription,
        _ generation: Int,
        _ status: ExitStatus,
        _ cause: ExitCause,
        _ lived: Duration
    ) -> LogLine {
        let end = WorkerExit(status: status, cause: cause, isOutOfMemory: worker.isOutOfMemory)
        return LogLine(
            end.severity,
            "\(worker.name) \(end.words) after \(LogText.spoken(lived))\(worker.work)"
                + "\(worker.activity)\(end.reason)",
            worker.fields + end.fields + [.init("generation", generation), .init("lived", lived)]
                + worker.activityFields
        )
    }

    private static func asked(
        _ worker: WorkerDescription,
        _ severity: LogLevel,
        _ words: String
    ) -> LogLine {
        LogLine(severity, "\(worker.name) \(words)", worker.fields)
    }

    private static func overdue(
        _ worker: WorkerDescription,
        _ reason: KillReason,
        _ signal: String
    ) -> LogLine {
        LogLine(
            reason == .escalation ? .warning : .error,
            "\(worker.name) \(reason.words)\(worker.activity); sent \(signal)",
            worker.fields + worker.activityFields
        )
    }

    private static func delayed(_ slot: Int, _ delay: Duration, _ failures: Int) -> LogLine {
        LogLine(
            .warning,
            "worker \(slot) failed \(failures) times in a row; next try in "
                + LogText.spoken(delay),
            [.init("slot", slot), .init("failures", failures), .init("delay", delay)]
        )
    }

    private static func degraded(_ ready: Int, _ wanted: Int) -> LogLine {
        LogLine(
            .warning,
            "serving with \(ready) of \(wanted) workers: the others can't boot",
            [.init("ready", ready), .init("wanted", wanted)]
        )
    }

    private static func skipped(_ pause: Duration) -> LogLine {
        LogLine(
            .warning,
            "the arbiter did not run for \(LogText.spoken(pause)) (suspended, stopped or starved); "
                + "no worker is judged by that time",
            [.init("pause", pause)]
        )
    }

    private static func reloading(_ generation: Int, _ workers: Int) -> LogLine {
        LogLine(
            .info,
            "reload: settings read; rolling \(workers) workers over to generation \(generation)",
            [.init("generation", generation), .init("workers", workers)]
        )
    }

    private static func inForce(_ generation: Int, _ words: String, _ after: Duration) -> LogLine {
        LogLine(
            .info,
            "reload: generation \(generation) \(words) after \(LogText.spoken(after))",
            [.init("generation", generation), .init("after", after)]
        )
    }

    private static func reloadFailed(_ failure: ReloadFailure, _ old: Int) -> LogLine {
        LogLine(
            .error,
            "reload failed: \(failure.words); generation \(old) stays in force",
            [.init("generation", old)]
        )
    }
}
