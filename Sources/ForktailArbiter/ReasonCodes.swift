import ForktailLog
import ForktailSupervision

// The reasons of log lines for programs: one word each, beside the sentence.

extension Retirement {
    var code: String {
        switch self {
        case .slotRemoved: "slot_removed"
        case .notNeeded: "not_needed"
        case .replaced: "replaced"
        case .surplus: "surplus"
        case .reloadGivenUp: "reload_given_up"
        case .recycled(let reason): reason.code
        case .recyclingGivenUp: "recycling_given_up"
        case .allRetired: "all_retired"
        case .handedOver: "handed_over"
        }
    }
}

extension ScalingReason {
    /// The reason in words.
    var words: String {
        switch self {
        case .busy(let workers, let waiting):
            "\(workers == 1 ? "the worker is" : "all \(workers) workers are") busy and \(waiting) "
                + "connection\(waiting == 1 ? " waits" : "s wait")"
        case .idle(let duration):
            "two or more had nothing to do for \(LogText.spoken(duration)) (idle_time)"
        }
    }

    var fields: [LogField] {
        switch self {
        case .busy(let workers, let waiting):
            [
                LogField("reason", "busy"), LogField("busy_workers", workers),
                LogField("waiting", waiting),
            ]
        case .idle(let duration): [LogField("reason", "idle"), LogField("idle", duration)]
        }
    }
}

extension MemoryUse {
    private static func text(_ bytes: Int) -> String { ByteCount(UInt64(max(0, bytes))).rounded }

    /// Why there is no room for one more worker.
    func words(limit: Int) -> String {
        "they occupy \(Self.text(total)), and one more may need \(Self.text(largest)): "
            + "max_memory_total is \(Self.text(limit))"
    }
}

extension RecycleReason {
    var code: String {
        switch self {
        case .requests: "max_requests"
        case .lifetime: "max_lifetime"
        case .memory: "max_memory"
        case .stuck: "stuck_thread"
        case .command: "command"
        }
    }
}

extension RecycleReason {
    /// What the worker has reached.
    var fields: [LogField] {
        switch self {
        case .requests(let count): [LogField("requests", count)]
        case .lifetime(let duration): [LogField("lived", duration)]
        case .memory(let bytes): [LogField("memory", bytes)]
        case .stuck, .command: []
        }
    }
}

extension KillReason {
    var code: String {
        switch self {
        case .silent: "timeout"
        case .bootTimeout: "boot_timeout"
        case .gracefulTimeout: "graceful_timeout"
        case .escalation: "escalation"
        }
    }
}

extension CommandRefusal {
    var code: String {
        switch self {
        case .notStarted: "not_started"
        case .stopping: "stopping"
        case .lastWorker: "last_worker"
        case .mostWorkers: "most_workers"
        case .noWorker: "no_worker"
        case .noSlot: "no_slot"
        case .reloading: "reloading"
        case .upgrading: "upgrading"
        case .upgraded: "upgraded"
        case .predecessorRuns: "predecessor_runs"
        }
    }
}

extension ReloadFailure {
    var code: String {
        switch self {
        case .cannotBoot: "cannot_boot"
        case .allRetired: "all_retired"
        }
    }

    /// The worker that could not boot.
    var fields: [LogField] {
        switch self {
        case .cannotBoot(let generation, let slot, let failures, _):
            [
                LogField("failed_generation", generation), LogField("slot", slot),
                LogField("failures", failures),
            ]
        case .allRetired(let generation): [LogField("failed_generation", generation)]
        }
    }
}

extension WorkerSignal {
    var code: String {
        switch self {
        case .terminate: "SIGTERM"
        case .quit: "SIGQUIT"
        case .abort: "SIGABRT"
        case .kill: "SIGKILL"
        case .reopenLogs: "SIGUSR1"
        }
    }
}
