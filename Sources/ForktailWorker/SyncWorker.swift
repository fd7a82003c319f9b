// Blocks in accept and serves one connection at a time, one request each: the worker class `sync`.

import ForktailLog
import ForktailSystem

final class SyncWorker {
    private let acceptor: Acceptor
    private var server: ConnectionServer
    private let heartbeat: HeartbeatWriter
    private let accessLog: AccessLog?
    private let context: WorkerContext

    init(
        application: any Application,
        context: WorkerContext,
        listeners: [CInt],
        accessLog: LogFile?,
        score: ScoreboardEntry,
        heartbeat: HeartbeatWriter
    ) throws {
        self.context = context
        self.heartbeat = heartbeat
        self.accessLog = try accessLog.map { try AccessLog($0, context: context) }
        acceptor = try Acceptor(listeners: listeners, context: context)
        server = ConnectionServer(
            application: application,
            context: context,
            accessLog: self.accessLog,
            score: score,
            heartbeat: heartbeat
        )
    }

    /// Serves until a stop is asked for.
    func serve() {
        heartbeat.reportReady()
        while WorkerSignals.stop == .none {
            beginTurn()
            serve(acceptor.next())
        }
        drainQueues()
        server.finishLingering()
    }

    private func beginTurn() {
        let now = Instant.now()
        heartbeat.beat(at: now)
        server.drainLingering(at: now)
        if WorkerSignals.takeReopenRequest() { reopenLogs() }
    }

    /// Serves who waits already, where nobody else will.
    private func drainQueues() {
        while WorkerSignals.stop == .drain {
            beginTurn()
            guard serve(acceptor.nextQueued()) else { return }
        }
    }

    @discardableResult
    private func serve(_ accepted: consuming Acceptor.Accepted?) -> Bool {
        guard let accepted else { return false }
        server.serve(accepted)
        return true
    }

    private func reopenLogs() {
        do throws(Errno) {
            try context.logger.reopen()
            try accessLog?.reopen()
        } catch {
            context.logger.error("worker \(context.slot) can't reopen its logs: \(error)")
        }
    }
}
