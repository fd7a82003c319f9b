import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

/// What the arbiter knows of a worker, for log lines.
struct WorkerDescription {
    let slot: Int
    /// Its process; nil when there is none.
    let process: ProcessID?
    /// What its entry on the scoreboard says.
    let score: Score?
    let now: Instant
    /// What it is watched by, where it is a program.
    var program: ProgramWatch?
    /// What its interpreter has written, where it has one.
    var report: InterpreterReport?
    /// The addresses of its listeners.
    var listeners: [String] = []
    /// Whether the kernel has killed a process of the service for lack of memory since the last call.
    let isOutOfMemory: () -> Bool

    /// `worker 3 (pid 4711)`.
    var name: String {
        process.map { "worker \(slot) (pid \($0))" } ?? "worker \(slot)"
    }

    /// The same for programs that read the log.
    var fields: [LogField] {
        [.init("slot", slot)] + (process.map { [.init("worker_pid", $0.rawValue)] } ?? [])
    }

    /// The number of its requests: ` and 5,120 requests`; empty if there was none.
    var work: String {
        guard let requests = score?.work.requests, requests > 0 else { return "" }
        return " and \(requests.grouped) request\(requests == 1 ? "" : "s")"
    }

    /// The request that it was answering: `, while answering GET /orders/17 (for 35 ms)`.
    var activity: String {
        guard let request = score?.request else { return "" }
        return ", while answering \(request.method) \(request.target) "
            + "(for \(LogText.spoken(now.sinceBoot - request.since))"
            + "\(request.id.map { ", id \($0)" } ?? ""))"
    }

    /// The same for a worker that takes too long: `: GET /orders/17 has run for 4 s`.
    var pastTime: String {
        guard let request = score?.request else { return "" }
        return ": \(request.method) \(request.target) has run for "
            + LogText.spoken(now.sinceBoot - request.since)
    }

    /// The same two for programs that read the log.
    var activityFields: [LogField] {
        var fields = [LogField("requests", score?.work.requests ?? 0)]
        if let request = score?.request {
            fields.append(.init("method", request.method))
            fields.append(.init("target", request.target))
            fields.append(.init("busy", now.sinceBoot - request.since))
            if let id = request.id { fields.append(.init("request_id", id)) }
        }
        return fields
    }

    /// Why a program may not be ready yet: what is known of it from outside.
    var bootNote: String {
        guard let program, !program.isReady else { return "" }
        switch program.options.ready {
        case .auto, .listening:
            let places = listeners.enumerated().map { "descriptor \($0 + 3) is \($1)" }
            return
                ": it runs, but waits at none of its listeners (\(places.joined(separator: ", ")))"
                + (program.options.ready == .auto ? " and has not sent READY=1" : "")
        case .notify: return ": it runs, but has not sent READY=1 to its NOTIFY_SOCKET"
        case .fd: return ": it runs, but has written no newline to FORKTAIL_READY_FD"
        case .delay: return ""
        }
    }

    /// Why it could not boot, from a worker of forktail's own that has said so.
    func bootFailure(_ status: ExitStatus) -> String? {
        status == .exited(code: ExitCode.bootFailed.rawValue) ? score?.bootFailure : nil
    }

    /// The last lines of a program or an interpreter that ended before it was ready, the oldest first.
    private var lastLines: [String] {
        if let report { return report.otherLines.suffix(Self.mostLines) }
        guard let program, !program.isReady else { return [] }
        return program.lastLines
    }

    private static let mostLines = 4

    /// The same for people; empty if there were none.
    var lastOutput: String {
        lastLines.isEmpty ? "" : "; its last output: \(lastLines.joined(separator: " | "))"
    }

    /// The same for programs that read the log.
    var outputFields: [LogField] {
        lastLines.isEmpty ? [] : [.init("output", lastLines.joined(separator: "\n"))]
    }
}
