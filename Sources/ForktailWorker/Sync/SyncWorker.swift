// Blocks in accept and serves one connection at a time, one request each: the worker class `sync`.

import ForktailConfiguration
import ForktailSystem

final class SyncWorker {
    private let parts: WorkerParts
    private let acceptor: Acceptor
    private let server: ConnectionServer
    private var budget: RequestBudget

    init(_ parts: WorkerParts) throws {
        self.parts = parts
        budget = RequestBudget(parts.context.configuration)
        acceptor = try Acceptor(parts)
        server = ConnectionServer(parts)
    }

    /// Serves until a stop is asked for.
    func serve() {
        parts.heartbeat.reportReady()
        while WorkerSignals.stop == .none {
            beginTurn()
            serve(acceptor.next())
        }
        drainQueues()
        server.finishLingering()
    }

    private func beginTurn() {
        let now = Instant.now()
        parts.heartbeat.beat(at: now)
        server.drainLingering(at: now)
        parts.logs.reopenIfAsked()
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
        budget.spend(parts.heartbeat)
        return true
    }
}
