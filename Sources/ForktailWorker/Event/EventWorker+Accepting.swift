import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// New connections.
///
/// Each is offered to one of the waiting workers, and the kernel prefers the one that came last. So
/// a worker goes to the end of the queue, by registering anew, after each connection. And one that
/// has more connections than another rests a little, so that the other has the time to wake up.
extension EventWorker {
    /// Whether new connections are wanted.
    enum Gate {
        case open
        /// They stay in the kernel's queue until there is room.
        case closed
        /// The same, until then at most.
        case resting(until: Instant)
    }

    /// How long to rest when the machine has run out of something.
    private static let pause = Duration.milliseconds(100)

    /// How many connections more than another with few of them a worker may have.
    private static let lead = 4

    /// How long one that has more rests.
    private static let rest = Duration.milliseconds(1)

    func openGate() {
        gate = .open
        control { (listener) throws(Errno) in try self.poll.add(listener, .exclusiveInput) }
    }

    func closeGate() {
        if case .open = gate {
            control { (listener) throws(Errno) in try self.poll.remove(listener) }
        }
        gate = .closed
    }

    private func control(_ call: (CInt) throws(Errno) -> Void) {
        for listener in parts.listeners {
            do throws(Errno) {
                try call(listener)
            } catch {
                leave(error)
            }
        }
    }

    /// Opens the gate once there is room, and the rest is over.
    func openGateAgain() {
        if case .resting(let end) = gate, now >= end { gate = .closed }
        guard !isStopping, case .closed = gate else { return }
        if hasRoom || hasExpendable { openGate() }
    }

    /// How long the loop may wait.
    var longestWait: Duration {
        guard let end = nextOpening else { return parts.heartbeat.interval }
        return max(.zero, min(end - now, parts.heartbeat.interval))
    }

    /// When the gate may open without anything else that wakes the loop.
    private var nextOpening: Instant? {
        switch gate {
        case .open: nil
        case .closed: isStopping ? nil : nextExpendable
        case .resting(let end): end
        }
    }

    /// Takes the next connection, if it is still there and there is room.
    func accept(from listener: CInt) {
        guard makeRoom() else {
            leftWaiting = now
            return closeGate()
        }
        guard let connection = next(from: listener) else { return }
        requeue(listener)
        serve(connection)
        restIfAhead()
    }

    /// Leaves the next connections to the others when one of them has far fewer.
    ///
    /// Should it not take them, because its application holds the loop, they are served here after
    /// the rest.
    private func restIfAhead() {
        countAtRest = min(countAtRest, connections.count)
        guard isAhead(of: countAtRest), let fewest = parts.context.score.fewestConnections,
            isAhead(of: fewest)
        else { return }
        countAtRest = connections.count
        rest(until: now + Self.rest)
    }

    /// An eighth more is even enough: where a thousand come at once, nobody waits until they are
    /// dealt out to the last one.
    private func isAhead(of count: Int) -> Bool {
        connections.count >= count + count / 8 + Self.lead
    }

    /// Whether the connection at hand should end with its answer, because somebody has waited for room
    /// for a while and nobody is idle for long enough to be closed.
    ///
    /// Without that, clients that are always at work would keep all others out for as long as they like.
    var hasToMakeRoom: Bool {
        guard case .closed = gate, !hasRoom, now - leftWaiting >= Self.grace,
            let waiting = try? Poll.readable(parts.listeners, timeout: .zero), !waiting.isEmpty
        else { return false }
        leftWaiting = now
        return true
    }

    /// Tells the other workers how many connections there are, as long as more are welcome.
    func tellCount() {
        if case .closed = gate {
            parts.context.score.tell(connections: nil)
        } else {
            parts.context.score.tell(connections: connections.count)
        }
    }

    private func rest(until end: Instant) {
        closeGate()
        gate = .resting(until: end)
    }

    private func serve(_ connection: EventConnection) {
        connections.insert(connection)
        CrashHandler.open(connection.number)
        if connection.awaitsProxyHeader, !configuration.proxyAllowIPs.contain(connection.client) {
            refuse(Refusal(nil, ProxyHeaderReader.notAllowed), on: connection)
        } else {
            advance(connection)
        }
    }

    /// Goes to the end of the queue of those that wait for a listener.
    private func requeue(_ listener: CInt) {
        guard case .open = gate else { return }
        do throws(Errno) {
            try poll.remove(listener)
            try poll.add(listener, .exclusiveInput)
        } catch {
            leave(error)
        }
    }

    /// Looks at the listeners anew from time to time.
    ///
    /// The kernel wakes one worker for a connection, and tells no other should that one be stopped or
    /// killed before it has taken it.
    func lookAgain() {
        guard now >= nextLook else { return }
        nextLook = now + parts.heartbeat.interval
        parts.listeners.forEach(requeue)
    }

    /// Serves who waits in a queue that ends with the arbiter.
    func acceptQueued() {
        for listener in parts.ownListeners {
            while let connection = next(from: listener) {
                serve(connection)
            }
        }
    }

    /// accept4(2), with each of its errors treated as its manual page says.
    private func next(from listener: CInt) -> EventConnection? {
        var peer = SocketAddress()
        do throws(Errno) {
            let socket = try FileDescriptor.accept(from: listener, peer: &peer, waiting: false)
            isStarved = false
            return EventConnection(
                socket,
                of: RemoteAddress(peer),
                at: now,
                proxied: rules.proxyParser != nil
            )
        } catch .interrupted {
        } catch .wouldBlock {
        } catch  where error.isShortage {
            starve(error)
        } catch  where error.isFaultOfListener {
            // A stopping arbiter shuts its listeners down once nobody waits in them.
            if WorkerSignals.stop == .none { leave(error) }
        } catch {
            // The connection failed before it was taken; the next one may be well.
            parts.context.logger.debug("accept: \(error)")
        }
        return nil
    }

    /// Closes who has waited longest for nothing, or waits for better times.
    private func starve(_ error: Errno) {
        if closeOldestIdle() { return }
        if let nextExpendable { return rest(until: nextExpendable) }
        if !isStarved {
            parts.context.logger.error(
                "worker \(parts.context.slot) can't accept connections: \(error); trying again "
                    + "every 100 ms"
            )
        }
        isStarved = true
        rest(until: now + Self.pause)
    }

    private func makeRoom() -> Bool {
        hasRoom || closeOldestIdle()
    }

    private var hasRoom: Bool { connections.count < configuration.workerConnections }

    /// When the one that has been idle for longest may be closed for a new one.
    private var nextExpendable: Instant? {
        guard let oldest = connections.oldestIdle, oldest.isExpendable else { return nil }
        return oldest.idleSince + Self.grace
    }

    private var hasExpendable: Bool { nextExpendable.map { now >= $0 } ?? false }

    /// Who has been idle for less is likely to be about to ask: to close it would cost a connection
    /// for each request, and some of the requests, where more clients are at work than there is room.
    private static let grace = Duration.milliseconds(100)

    /// Closes who has waited longest for a request that has not come yet.
    ///
    /// - Returns: Whether somebody was closed.
    private func closeOldestIdle() -> Bool {
        for _ in 0..<Self.mostLooks {
            guard hasExpendable, let oldest = connections.oldestIdle else { return false }
            if hasAsked(oldest) { continue }
            close(oldest)
            return true
        }
        return false
    }

    /// How many connections are asked at most whether they really are idle.
    private static let mostLooks = 16

    /// Serves a connection whose next request has come without anybody having looked yet.
    private func hasAsked(_ connection: EventConnection) -> Bool {
        let requests = connection.requests
        connection.isReadable = true
        advance(connection)
        return connection.requests > requests || connection.intake != nil
    }

    private func leave(_ error: Errno) -> Never {
        parts.context.logger.critical(
            "worker \(parts.context.slot) has lost its listener: \(error)"
        )
        Process.leave(71)
    }
}
