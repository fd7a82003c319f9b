import ForktailConfiguration
import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// New connections.
///
/// The kernel offers each to one of the waiting workers, and prefers the one that registered last. So
/// a worker goes to the end of the queue, by registering again, after each connection; and one that
/// has more connections than another backs off a little, so that the other has the time to wake up.
extension EventWorker {
    enum AcceptState {
        case accepting
        /// New connections stay in the listen queue until there is room.
        case full
        /// The same, until then at most.
        case backingOff(until: Instant)
        /// The same: no thread is free, and another worker has one. Until then it has the time to accept
        /// what comes.
        case yielding(until: Instant)
    }

    /// How long to back off when the system has run out of something.
    private static let starvationDelay = Duration.milliseconds(100)

    /// How many connections more than another worker with few of them a worker may have.
    private static let maxLead = 4

    /// How long a worker backs off that has more.
    private static let backOffDelay = Duration.milliseconds(1)

    /// How long a worker without a free thread leaves a connection to others.
    private static let yieldTime = Duration.milliseconds(10)

    func startAccepting() {
        acceptState = .accepting
        forEachListener { (listener) throws(Errno) in
            try self.poll.add(listener, .exclusiveInput, key: Self.key(ofOther: listener))
        }
    }

    func stopAccepting() {
        if case .accepting = acceptState {
            forEachListener { (listener) throws(Errno) in try self.poll.remove(listener) }
        }
        acceptState = .full
    }

    private func forEachListener(_ call: (CInt) throws(Errno) -> Void) {
        for listener in parts.listeners {
            do throws(Errno) {
                try call(listener)
            } catch {
                leave(error)
            }
        }
    }

    /// Accepts again once there is room, and the back-off is over.
    func resumeAccepting() {
        if yields() { return }
        switch acceptState {
        case .backingOff(let end) where now >= end: acceptState = .full
        case .yielding: acceptState = .full
        case .accepting, .full, .backingOff: break
        }
        guard io.workspace.stop == nil, case .full = acceptState else { return }
        if hasRoom || hasEvictable { startAccepting() }
    }

    /// Leaves new connections to a worker that has a free thread, while this one has none.
    ///
    /// - Returns: Whether it does.
    private func yields() -> Bool {
        guard hasNoFreeThread, io.workspace.stop == nil else { return false }
        switch acceptState {
        case .full, .backingOff: return false
        case .yielding(let end) where now < end: return true
        case .yielding:
            // The other one may be stopped, or hang, and has left them.
            let waiting = (try? Poll.readable(parts.listeners, timeout: .zero)) ?? []
            waiting.forEach(accept)
        case .accepting: break
        }
        parts.context.score.tell(connections: connections.count, acceptsMore: false)
        guard parts.context.score.fewestConnections != nil else { return false }
        stopAccepting()
        acceptState = .yielding(until: now + Self.yieldTime)
        return true
    }

    /// How long the loop may wait.
    var longestWait: Duration {
        var limit = parts.heartbeat.timeToNextBeat(at: now)
        // Whether a connection has to give way to one that waits for its thread.
        if connections.oldest(in: .queued) != nil { limit = min(limit, .milliseconds(100)) }
        if let time = handshakes.timeToNext(among: connections, at: now) {
            limit = min(limit, time)
        }
        // The queues that are being drained are polled.
        if io.workspace.stop != nil, connections.isEmpty { limit = min(limit, .milliseconds(10)) }
        guard let end = nextAccept else { return limit }
        return max(.zero, min(end - now, limit))
    }

    /// When accepting may resume without any other event.
    private var nextAccept: Instant? {
        switch acceptState {
        case .accepting: nil
        case .full: io.workspace.stop == nil ? nextEvictable : nil
        case .backingOff(let end), .yielding(let end): end
        }
    }

    /// Accepts the next connection, if it is still there and there is room.
    func accept(from listener: CInt) {
        guard hasRoom || evictOldestIdle() else {
            lastRefusal = now
            return stopAccepting()
        }
        guard let connection = next(from: listener) else { return }
        requeue(listener)
        begin(connection)
        backOffIfOverloaded()
    }

    private func begin(_ connection: ClientConnection) {
        connections.insert(connection)
        drive(connection, io.handle(.opened, on: connection))
    }

    /// Leaves the next connections to another worker that has far fewer.
    ///
    /// If it does not accept them, because its application holds the loop, they are served here after
    /// the back-off.
    private func backOffIfOverloaded() {
        countAtBackOff = min(countAtBackOff, connections.count)
        guard isAhead(of: countAtBackOff), let fewest = parts.context.score.fewestConnections,
            isAhead(of: fewest)
        else { return }
        countAtBackOff = connections.count
        backOff(until: now + Self.backOffDelay)
    }

    /// An eighth more counts as even: when a thousand connections arrive at once, they are accepted
    /// without a back-off for each.
    private func isAhead(of count: Int) -> Bool {
        connections.count >= count + count / 8 + Self.maxLead
    }

    /// Whether the current connection should end with its response, because another one has waited
    /// for room for a while and none is idle for long enough to be evicted.
    ///
    /// Without that, clients that are always busy would keep all others out.
    var mustMakeRoom: Bool {
        guard case .full = acceptState, !hasRoom, now - lastRefusal >= Self.evictionAge,
            let waiting = try? Poll.readable(parts.listeners, timeout: .zero), !waiting.isEmpty
        else { return false }
        lastRefusal = now
        return true
    }

    /// Publishes the number of connections, to the other workers only while this one accepts more.
    func publishCount() {
        let acceptsMore =
            switch acceptState {
            case .accepting, .backingOff: !hasNoFreeThread
            case .full, .yielding: false
            }
        parts.context.score.tell(connections: connections.count, acceptsMore: acceptsMore)
    }

    private func backOff(until end: Instant) {
        stopAccepting()
        acceptState = .backingOff(until: end)
    }

    /// Goes to the end of the queue of workers that wait for a listener.
    func requeue(_ listener: CInt) {
        guard case .accepting = acceptState else { return }
        do throws(Errno) {
            try poll.remove(listener)
            try poll.add(listener, .exclusiveInput, key: Self.key(ofOther: listener))
        } catch {
            leave(error)
        }
    }

    /// Accepts the connections in the queues that end with the arbiter.
    func acceptQueued() {
        for listener in parts.ownListeners {
            while let connection = next(from: listener) {
                begin(connection)
            }
        }
    }

    /// accept4(2), with each of its errors treated as its manual page says.
    private func next(from listener: CInt) -> ClientConnection? {
        var peer = RemoteAddress.unix
        do throws(Errno) {
            let socket = try FileDescriptor.accept(from: listener, peer: &peer, waiting: false)
            isStarved = false
            let isSecure = parts.secureListeners.contains(listener)
            return ClientConnection(
                parts.transport(PlainTransport(socket), isSecure),
                ConnectionMachine(
                    peer: peer,
                    accepted: now,
                    security: isSecure ? .expected : .none
                )
            )
        } catch .interrupted {
        } catch .wouldBlock {
        } catch  where error.isShortage {
            starve(error)
        } catch  where error.isFaultOfListener {
            // A stopping arbiter shuts its listeners down once their queues are empty.
            if WorkerSignals.stop == .none { leave(error) }
        } catch {
            // The connection failed before it was accepted; the next one may be well.
            parts.context.logger.debug(
                .acceptFailed,
                "accept: \(error)",
                parts.context.slotFields + [LogField("reason", "\(error)")]
            )
        }
        return nil
    }

    /// Evicts the oldest idle connection; if there is none, pauses accepting for 100 ms.
    private func starve(_ error: Errno) {
        if evictOldestIdle() { return }
        if let nextEvictable { return backOff(until: nextEvictable) }
        if !isStarved {
            parts.context.logger.error(
                .acceptStarved,
                "\(parts.context.title) can't accept connections: \(error)\(error.limitAdvice); trying again "
                    + "every 100 ms",
                parts.context.slotFields + [LogField("reason", "\(error)")]
            )
        }
        isStarved = true
        backOff(until: now + Self.starvationDelay)
    }

    private var hasRoom: Bool { connections.count < configuration.workerConnections }

    /// When the oldest idle connection may be evicted for a new one.
    private var nextEvictable: Instant? {
        connections.oldest(in: .evictable)?.machine.place.map { $0.since + Self.evictionAge }
    }

    private var hasEvictable: Bool { nextEvictable.map { now >= $0 } ?? false }

    /// A connection that is idle for less probably sends its next request soon: evicting it would
    /// cost a connection for each request where there are more busy clients than room.
    private static let evictionAge = Duration.milliseconds(100)

    /// - Returns: Whether a connection was evicted.
    private func evictOldestIdle() -> Bool {
        for _ in 0..<Self.mostLooks {
            guard hasEvictable, let oldest = connections.oldest(in: .evictable) else {
                return false
            }
            // Its next request may have arrived since the loop last looked.
            let requests = oldest.machine.requests
            oldest.transport.expectInput()
            resume(oldest)
            if oldest.isClosed { return true }
            guard oldest.machine.isEvictable, oldest.machine.requests == requests else { continue }
            drive(oldest, io.handle(.evicted, on: oldest))
            return true
        }
        return false
    }

    /// How many connections are checked for one that really is idle.
    private static let mostLooks = 16

    private func leave(_ error: Errno) -> Never {
        parts.context.logger.critical(
            .listenerLost,
            "\(parts.context.title) has lost its listener: \(error)",
            parts.context.slotFields + [LogField("reason", "\(error)")]
        )
        Process.leave(.systemError)
    }
}
