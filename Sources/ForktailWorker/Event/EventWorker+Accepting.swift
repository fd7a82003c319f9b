import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// New connections.
///
/// Each is offered to one of the waiting workers, and the kernel prefers the one that came last. So
/// a worker goes to the end of the queue, by registering anew, after each connection.
extension EventWorker {
    /// Whether new connections are wanted.
    enum Gate {
        case open
        /// They stay in the kernel's queue until there is room.
        case closed
        /// The machine has run out of something; the time says when to try again.
        case starved(until: Instant)
    }

    private static let pause = Duration.milliseconds(100)

    func openGate() {
        gate = .open
        control { (listener) throws(Errno) in try self.poll.add(listener, .exclusiveInput) }
    }

    func closeGate() {
        guard case .open = gate else { return }
        gate = .closed
        control { (listener) throws(Errno) in try self.poll.remove(listener) }
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

    /// Opens the gate once there is room again.
    func openGateAgain() {
        guard !isStopping else { return }
        switch gate {
        case .open:
            break
        case .closed:
            if hasRoom || connections.oldestIdle != nil { openGate() }
        case .starved(let end):
            if now >= end { openGate() }
        }
    }

    /// How long the loop may wait.
    var longestWait: Duration {
        if case .starved = gate { return min(Self.pause, parts.heartbeat.interval) }
        return parts.heartbeat.interval
    }

    /// Takes the next connection, if it is still there and there is room.
    func accept(from listener: CInt) {
        guard makeRoom() else { return closeGate() }
        guard let connection = next(from: listener) else { return }
        requeue(listener)
        serve(connection)
    }

    private func serve(_ connection: EventConnection) {
        connections.insert(connection)
        CrashHandler.expectRequest(on: connection.number)
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
            leave(error)
        } catch {
            // The connection failed before it was taken; the next one may be well.
            parts.context.logger.debug("accept: \(error)")
        }
        return nil
    }

    /// Closes who has waited longest for nothing, or waits for better times.
    private func starve(_ error: Errno) {
        if closeOldestIdle() { return }
        if !isStarved {
            parts.context.logger.error(
                "worker \(parts.context.slot) can't accept connections: \(error); trying again "
                    + "every 100 ms"
            )
        }
        isStarved = true
        closeGate()
        gate = .starved(until: now + Self.pause)
    }

    private func makeRoom() -> Bool { hasRoom || closeOldestIdle() }

    private var hasRoom: Bool { connections.count < configuration.workerConnections }

    /// Closes the connection that has waited longest for nothing, if there is one.
    private func closeOldestIdle() -> Bool {
        for _ in 0..<Self.looks {
            guard let oldest = connections.oldestIdle else { return false }
            let requests = oldest.requests
            // Its next request may be there already.
            oldest.isReadable = true
            advance(oldest)
            if case .closed = oldest.phase { return true }
            guard oldest.isExpendable, oldest.requests == requests else { continue }
            close(oldest)
            return true
        }
        return false
    }

    /// How many connections that look idle are tried in one turn.
    private static let looks = 16

    private func leave(_ error: Errno) -> Never {
        parts.context.logger.critical(
            "worker \(parts.context.slot) has lost its listener: \(error)"
        )
        Process.leave(71)
    }
}
