import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailSystem

/// How many threads drive connections, and for which clients.
struct DelegatedThreads {
    /// Those that are limited: they read a large body or run a stream, and are no handler's own.
    fileprivate(set) var running: [Delegation] = []
    /// How many others a thread of the handlers drives.
    fileprivate(set) var ofHandlers = 0
    fileprivate var lastPreemption: Instant?

    /// How many there may be: as many as for handlers, where each costs the application something of
    /// its own.
    static func limit(_ handler: RequestHandler, _ configuration: Configuration) -> Int {
        let least = handler.threadBound == nil ? 64 : 1
        return max(least, configuration.handlerThreads)
    }

    fileprivate mutating func begin(_ delegation: Delegation) {
        if delegation.isOfHandler {
            ofHandlers += 1
        } else if delegation.use != .connection {
            running.append(delegation)
        }
    }

    fileprivate mutating func end(_ delegation: Delegation) {
        if delegation.isOfHandler {
            ofHandlers -= 1
        } else {
            running.removeAll { $0 === delegation }
        }
    }

    /// How many of them each client has, by its address.
    fileprivate var countsByClient: [RemoteAddress: Int] {
        running.reduce(into: [:]) { counts, delegation in
            counts[delegation.client.withoutPort, default: 0] += 1
        }
    }
}

/// Connections that a thread drives for an exchange.
///
/// Any client can send a large body, so the number of these threads is limited; connections that the
/// application takes over are not.
extension EventWorker {
    /// Gives threads to connections that wait for one.
    ///
    /// The next one is of the client with the fewest threads, and among its own the oldest.
    func startDelegations() {
        guard let oldest = connections.oldest(in: .queued) else { return }
        let limit = DelegatedThreads.limit(parts.handler, configuration)
        guard threads.running.count < limit else {
            return preemptSlowest(for: oldest)
        }
        var waiting = connections.all(in: .queued)
        var counts = threads.countsByClient
        while threads.running.count < limit,
            let next = waiting.indices.min(by: {
                counts[waiting[$0].machine.client.withoutPort, default: 0]
                    < counts[waiting[$1].machine.client.withoutPort, default: 0]
            })
        {
            let connection = waiting.remove(at: next)
            counts[connection.machine.client.withoutPort, default: 0] += 1
            start(connection)
        }
    }

    /// Gives a thread at once to a connection that the application takes over, or that has one.
    func startIfTaken(_ connection: ClientConnection) {
        if connection.exchange.threadUse == .connection || connection.reservation != nil {
            start(connection)
        }
    }

    /// Takes the thread from the connection that sends least, for one that has waited for a while.
    private func preemptSlowest(for waiting: ClientConnection) {
        guard let since = waiting.machine.place?.since, now - since >= Self.preemptionDelay,
            threads.lastPreemption.map({ now - $0 >= Self.preemptionInterval }) ?? true
        else { return }
        let rates = threads.running.compactMap { delegation in
            now - delegation.start < Self.preemptionDelay
                ? nil : delegation.receiveRate(at: now).map { (delegation, rate: $0) }
        }
        guard let slowest = rates.min(by: { $0.rate < $1.rate }),
            slowest.rate < Self.preemptedRate
        else { return }
        threads.lastPreemption = now
        slowest.0.connection.transport.preempt()
    }

    /// How long a connection waits for a thread before another one gives way, and how long a thread
    /// reads before it does.
    private static let preemptionDelay = Duration.seconds(3)
    private static let preemptionInterval = Duration.milliseconds(100)
    /// In bytes a second: a client that sends more never gives way.
    private static let preemptedRate = 65_536.0

    private func start(_ connection: ClientConnection) {
        guard case .queued(let exchange, _) = connection.machine.state,
            let use = exchange.threadUse
        else { return }
        let delegation = Delegation(
            exchange,
            use,
            of: connection,
            isOfHandler: connection.reservation != nil,
            handler: parts.handler,
            interval: parts.heartbeat.interval,
            at: now,
            finish: finishDelegation
        )
        do throws(Errno) {
            if connection.interest != nil { try poll.remove(connection.transport.number) }
            connection.interest = nil
            try connection.transport.setBlocking(true)
            if let reservation = connection.reservation.take() {
                reservation.use(for: delegation)
            } else {
                try delegates.start(delegation)
            }
        } catch {
            connection.takeBack(delegation.connection)
            return refuse(connection, "there is no thread for it: \(error)")
        }
        connection.delegation = delegation
        threads.begin(delegation)
        connections.settle(connection, io.workspace)
    }

    private func refuse(_ connection: ClientConnection, _ reason: String) {
        guard (try? connection.transport.setBlocking(false)) != nil else {
            return close(connection)
        }
        drive(connection, io.handle(.threadRefused(reason), on: connection))
    }

    /// Continues a connection that a thread is done with.
    func take(_ delegation: Delegation) {
        guard let connection = connections[delegation.connection.ticket.key],
            connection.delegation === delegation
        else { return }
        threads.end(delegation)
        connection.takeBack(delegation.connection)
        do throws(Errno) {
            try connection.transport.setBlocking(false)
        } catch {
            return close(connection)
        }
        connection.transport.expectInput()
        drive(connection, delegation.step)
    }

    /// A thread that waits for its client beats; one that does not is stuck.
    func checkLife(of delegation: Delegation, _ connection: ClientConnection) {
        guard let deadline = connection.deadline(in: io.workspace), now >= deadline else {
            return connections.settle(connection, io.workspace)
        }
        threads.end(delegation)
        replaceStuckThread(ofHandler: delegation.isOfHandler)
        connection.delegation = nil
        // The thread must not write any more, and where it or an earlier one has begun to, this side
        // must not.
        if connection.claimResponse(), (try? connection.transport.setBlocking(false)) != nil {
            return drive(connection, io.handle(.handlerTimedOut(isStuck: true), on: connection))
        }
        connection.transport.abort()
        if let progress = delegation.connection.progress, progress.status > 0 {
            let (status, sent) = (progress.status, progress.sent)
            _ = io.handle(.responseStuck(status: status, sent: sent), on: connection)
        }
        close(connection)
    }
}

extension RemoteAddress {
    /// The address alone, by which connections of one client are counted.
    fileprivate var withoutPort: RemoteAddress {
        switch self {
        case .ipv4(let address, _): .ipv4(address, port: 0)
        case .ipv6(let high, let low, _): .ipv6(high: high, low: low, port: 0)
        case .unix: .unix
        }
    }
}
