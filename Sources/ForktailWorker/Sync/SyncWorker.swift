// Blocks in accept(2) and serves one connection at a time, one request each: the worker class `sync`.
//
// A connection without a whole request head, because its client is silent or slow, or because it
// lingers, is set aside: it waits in an epoll set beside the listeners, so that it delays no other
// client. The body of a request occupies the worker, which the scoreboard shows.

import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

final class SyncWorker {
    private let parts: WorkerParts
    private let acceptor: Acceptor
    private let io: ConnectionIO
    private let driver: BlockingDriver
    /// The connection that is served, and those that are set aside.
    private var connections: ConnectionTable
    private var handshakes: HandshakeQueue
    private var budget: RequestBudget

    init(_ parts: WorkerParts) throws {
        self.parts = parts
        let configuration = parts.context.configuration
        budget = RequestBudget(configuration)
        handshakes = HandshakeQueue(limit: configuration.limitHandshakes)
        acceptor = try Acceptor(parts)
        io = ConnectionIO(
            Workspace(
                ConnectionRules(configuration),
                mayBlock: true,
                // Otherwise `endExchange` comes first, which may take long.
                endsAtOnce: parts.handler.threadBound == nil
            ),
            logger: parts.context.logger,
            score: parts.context.score,
            bufferSize: 16_384
        )
        connections = ConnectionTable(at: io.now)
        driver = BlockingDriver(
            io,
            handler: parts.handler,
            score: parts.context.score,
            heartbeat: parts.heartbeat,
            accessLog: parts.accessLog,
            pausesInPlace: true
        )
    }

    /// Serves until a stop is requested.
    func serve() {
        parts.heartbeat.reportReady()
        ProcessMemory.releaseCode()
        while WorkerSignals.stop == .none {
            beginTurn()
            serveNext()
        }
        finish()
    }

    private func beginTurn() {
        io.updateTime()
        // accept(2) may block for a whole interval: without this a beat would be up to one late.
        let isDue = parts.heartbeat.beat(at: io.now, ahead: parts.heartbeat.halfInterval)
        parts.logs.reopenIfAsked()
        if isDue { parts.logs.files.reportLosses() }
        if acceptor.shortage != nil, !evictOldest() { acceptor.waitForResources() }
    }

    /// Closes the connection that was set aside first, for another one.
    ///
    /// - Returns: Whether there was one for long enough: the request of a young one may be on its way.
    private func evictOldest() -> Bool {
        guard let oldest = connections.oldest(in: .evictable), let place = oldest.machine.place,
            io.now - place.since >= Self.evictionAge
        else { return false }
        // Its request may have come meanwhile.
        resume(oldest)
        io.now = .now()
        if !oldest.isClosed { serve(oldest, io.handle(.evicted, on: oldest)) }
        return true
    }

    private static let evictionAge = Duration.milliseconds(100)

    private func serveNext() {
        guard !connections.isEmpty || acceptor.hasSeveralListeners else {
            return serve(acceptor.acceptBlocking(since: io.now))
        }
        let interval = parts.heartbeat.timeToNextBeat(at: io.now)
        let next = handshakes.timeToNext(among: connections, at: io.now) ?? interval
        let limit = connections.timeToDeadline(at: io.now, atMost: min(interval, next))
        switch acceptor.wait(atMost: limit) {
        case .connection(let accepted): serve(accepted)
        case .ready(let key):
            io.now = .now()
            if let connection = connections[key] { resume(connection) }
        case .nothing: break
        }
        expire()
    }

    private func expire() {
        io.now = .now()
        for connection in connections.takeDue(at: io.now) {
            // Input that arrived while the worker was busy prevents the timeout.
            resume(connection)
            guard !connection.isClosed else { continue }
            serve(connection, io.handle(.deadline, on: connection))
        }
        beginWaitingHandshakes()
    }

    /// Begins handshakes that have waited for others to end.
    private func beginWaitingHandshakes() {
        while let oldest = handshakes.overdue(among: connections, at: io.now) {
            serve(oldest, io.handle(.handshakeFailed(HandshakeQueue.reason), on: oldest))
        }
        while let connection = handshakes.takeNext(among: connections) { resume(connection) }
    }

    private func serve(_ accepted: consuming Acceptor.Accepted?) {
        guard let accepted else { return }
        io.now = .now()
        let isSecure = accepted.isSecure
        let machine = ConnectionMachine(
            peer: accepted.peer,
            accepted: io.now,
            security: isSecure ? .expected : .none
        )
        // TCP sockets inherit the timeouts of their listener.
        let wait = accepted.peer == .unix ? nil : parts.heartbeat.interval
        let transport = PlainTransport(accepted.takeSocket(), wait: wait)
        let connection = ClientConnection(parts.transport(transport, isSecure), machine)
        connections.insert(connection)
        do throws(Errno) {
            try transport.setWait(parts.heartbeat.interval)
        } catch {
            return close(connection, reset: false)
        }
        serve(connection, io.handle(.opened, on: connection))
    }

    /// Serves a connection that was set aside and may have input.
    private func resume(_ connection: ClientConnection) {
        serve(connection, io.handle(.resumed, on: connection))
    }

    /// Serves a connection until it is closed or set aside.
    private func serve(_ connection: ClientConnection, _ first: ConnectionMachine.Step) {
        var step = first
        var reads = 0
        while true {
            switch step {
            case .handshake:
                guard let next = handshake(with: connection) else { return setAside(connection) }
                step = next
            case .receive where connection.machine.mayBeSetAside:
                if connection.machine.isEvictable { reads += 1 }
                guard reads <= Self.maxReads, let next = io.receive(from: connection) else {
                    return setAside(connection)
                }
                step = next
            case .log:
                parts.log(connection, at: io.now)
                budget.spend(parts.heartbeat)
                step = io.handle(.logged, on: connection)
            case .endSending:
                step = io.endSending(of: connection)
            case .close(let reset):
                return close(connection, reset: reset)
            case .receive, .send, .sendFile, .run, .delegate, .pull, .takeOver, .wait, .cancel,
                .giveBody, .failBody:
                step = driver.run(step, on: connection)
            }
        }
    }

    /// How often input of a connection that lingers is dropped before others have their turn.
    private static let maxReads = 16

    private func handshake(with connection: ClientConnection) -> ConnectionMachine.Step? {
        let next = io.handshake(with: connection) {
            handshakes.mayBegin(connection, among: connections)
        }
        // It may take long to compute.
        io.now = .now()
        return next
    }

    private func setAside(_ connection: ClientConnection) {
        connections.settle(connection, io.workspace)
        do throws(Errno) {
            try acceptor.watch(connection, for: interest(in: connection))
        } catch {
            parts.reportUnwatched(error)
            close(connection, reset: false)
        }
    }

    private func interest(in connection: ClientConnection) -> EventPoll.Interest? {
        if handshakes.contains(connection) { return nil }
        return connection.transport.wantsRoom ? .edgesAndRoom : .input
    }

    private func close(_ connection: ClientConnection, reset: Bool) {
        connection.transport.prepareClose(reset: reset)
        connections.remove(connection)
    }

    /// Serves the queues that end with the arbiter, and the connections that were set aside.
    private func finish() {
        beginTurn()
        let stop = Workspace.Stop(since: io.now, WorkerSignals.stop)
        io.workspace.stop = stop
        for connection in connections.all { connections.settle(connection, io.workspace) }
        while WorkerSignals.stop != .quick {
            beginTurn()
            if WorkerSignals.stop == .drain, let accepted = acceptor.nextQueued() {
                serve(accepted)
            } else if connections.isEmpty {
                let rest = Workspace.Stop.shortestDrain - (io.now - stop.since)
                guard WorkerSignals.stop == .drain, rest > .zero else { return }
                acceptor.waitForQueued(atMost: rest)
            } else {
                serveNext()
            }
        }
    }
}
