// Blocks in accept and serves one connection at a time, one request each: the worker class `sync`.

import ForktailConfiguration
import ForktailLog
import ForktailSystem

final class SyncWorker {
    private let acceptor: Acceptor
    private let server: ConnectionServer
    private let heartbeat: HeartbeatWriter
    private let accessLog: AccessLog?
    private let context: WorkerContext
    private let logs: SharedDescriptor
    /// How many requests it may still answer; nil for any number.
    private var remaining: Int?

    init(
        application: any Application,
        context: WorkerContext,
        listeners: [CInt],
        ownListeners: [CInt],
        accessLog: LogFile?,
        score: ScoreboardEntry,
        logs: SharedDescriptor,
        heartbeat: HeartbeatWriter
    ) throws {
        self.context = context
        self.heartbeat = heartbeat
        self.logs = logs
        remaining = Self.limit(of: context.configuration)
        self.accessLog = try accessLog.map { try AccessLog($0, context: context) }
        acceptor = try Acceptor(
            listeners: listeners,
            ownListeners: ownListeners,
            context: context
        )
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
        count()
        return true
    }

    /// Tells the arbiter once that the worker has served its time, and goes on.
    private func count() {
        guard let before = remaining else { return }
        remaining = before > 1 ? before - 1 : nil
        if remaining == nil { heartbeat.reportExhausted() }
    }

    private static func limit(of configuration: Configuration) -> Int? {
        guard configuration.maxRequests > 0 else { return nil }
        return configuration.maxRequests + Int.random(in: 0...configuration.maxRequestsJitter)
    }

    /// The files that the arbiter gave last; signals that come close together are seen as one.
    private func takeLogs() throws(Errno) -> [SharedDescriptor] {
        var last: [SharedDescriptor] = []
        while true {
            do throws(Errno) {
                last = try logs.descriptor.take()
            } catch .wouldBlock {
                return last
            }
        }
    }

    /// Goes on with the files that the arbiter has opened, or, where somebody else sent the signal,
    /// opens them itself.
    private func reopenLogs() {
        do throws(Errno) {
            let given = try takeLogs()
            if let file = given.first {
                try context.logger.replace(with: file)
                if given.count > 1 { try accessLog?.replace(with: given[1]) }
            } else {
                try context.logger.reopen()
                try accessLog?.reopen()
            }
        } catch {
            context.logger.error("worker \(context.slot) can't reopen its logs: \(error)")
        }
    }
}
