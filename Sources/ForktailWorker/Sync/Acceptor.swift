// Waits for the next connection, and returns at least once per heartbeat interval.
//
// With one listener the worker blocks in accept4(2): the kernel wakes one waiter per connection, the
// one that has waited longest, so that load spreads evenly. With several, or while connections are
// set aside, it waits in epoll(7); there the kernel prefers the newest waiter, so each worker goes to
// the end of the queue after each connection by registering again.

import ForktailConfiguration
import ForktailLog
import ForktailSystem

final class Acceptor {
    /// A connection that was accepted.
    struct Accepted: ~Copyable {
        let socket: FileDescriptor
        let peer: RemoteAddress
        /// Whether its client is to speak TLS.
        let isSecure: Bool

        consuming func takeSocket() -> FileDescriptor { socket }
    }

    /// What a wait has found.
    enum Found: ~Copyable {
        case connection(Accepted)
        /// A connection that is watched has input or room, by its key.
        case ready(UInt64)
        case nothing
    }

    let hasSeveralListeners: Bool
    /// The numbers of the listeners whose clients speak TLS, and of copies of them.
    private let secureListeners: Set<CInt>
    private let ownListeners: [CInt]
    /// What is waited for in the poll: it stays as it is, so that it can be taken out again.
    private let polled: [CInt]
    /// What is accepted from: the listeners, or, where there is one, a copy of it, which the signal
    /// handlers replace.
    private let listeners: [CInt]
    private let poll: EventPoll
    /// Whether the listeners are in the poll.
    private var isPolling = false
    private let deadSocket: FileDescriptor
    private let interval: Duration
    private let context: WorkerContext
    /// What the system has run out of, so that the last connection could not be accepted.
    private(set) var shortage: Errno?
    private var isStarved = false

    /// Gets ready to wait, and makes the stop signals end the wait.
    init(_ parts: WorkerParts) throws(Errno) {
        ownListeners = parts.ownListeners
        context = parts.context
        interval = parts.heartbeat.interval
        deadSocket = try Socket.dead()
        poll = try EventPoll(limit: 1)
        let wake = try WorkerSignals.makeWakeDescriptor().release()
        // Its counter is never cleared, so only the edge of each signal may wake the worker.
        try poll.add(wake, .edges, key: EventWorker.key(ofOther: wake))
        polled = parts.listeners
        hasSeveralListeners = parts.listeners.count > 1
        if hasSeveralListeners {
            listeners = parts.listeners
            secureListeners = parts.secureListeners
            try parts.installSignals(waking: wake)
        } else {
            // The listener itself stays open, to drain its queue at a stop.
            let listener = try FileDescriptor.duplicating(parts.listeners[0]).release()
            listeners = [listener]
            secureListeners = parts.secureListeners.isEmpty ? [] : [listener, parts.listeners[0]]
            try parts.installSignals(
                waking: wake,
                replacing: listener,
                by: deadSocket.rawValue
            )
        }
    }

    /// Waits for a connection at the only listener.
    ///
    /// - Parameter start: When the wait begins.
    /// - Returns: The connection; nil when the interval is over, a signal interrupted the call, or
    ///   another worker got it.
    func acceptBlocking(since start: Instant) -> Accepted? {
        do throws(Errno) { try stopPolling() } catch { leave(error) }
        if let accepted = accept(listeners[0]) { return accepted }
        if start.elapsed < .milliseconds(1), WorkerSignals.stop == .none {
            // Some process has made the shared listener non-blocking: wait without spinning.
            _ = try? Poll.readable(listeners, timeout: interval)
        }
        return nil
    }

    /// Waits for a connection at any listener, or for input of a connection that is watched.
    func wait(atMost limit: Duration) -> Found {
        do throws(Errno) {
            if WorkerSignals.stop == .none { try startPolling() } else { try stopPolling() }
            guard try poll.wait(timeout: limit) > 0 else { return .nothing }
            let key = poll[0].key
            guard let index = polled.firstIndex(where: { EventWorker.key(ofOther: $0) == key })
            else { return .ready(key) }
            let accepted = accept(listeners[index])
            try poll.remove(polled[index])
            try poll.add(polled[index], .exclusiveInput, key: key)
            guard let accepted else { return .nothing }
            return .connection(accepted)
        } catch {
            leave(error)
        }
    }

    /// Makes `wait` report input of a connection, or room to send; with nil, neither.
    func watch(_ connection: ClientConnection, for interest: EventPoll.Interest?) throws(Errno) {
        try poll.register(connection, interest)
    }

    /// Waits until a connection enters a queue that ends with the arbiter.
    func waitForQueued(atMost limit: Duration) {
        // What is wrong with a listener shows in accept(2).
        _ = try? Poll.readable(ownListeners, timeout: limit)
    }

    /// Accepts a connection that waits in a queue that ends with the arbiter; nil once all of them
    /// are empty.
    func nextQueued() -> Accepted? {
        for listener in ownListeners {
            if let accepted = accept(listener) { return accepted }
        }
        return nil
    }

    private func startPolling() throws(Errno) {
        guard !isPolling else { return }
        isPolling = true
        for listener in polled {
            try poll.add(listener, .exclusiveInput, key: EventWorker.key(ofOther: listener))
        }
    }

    private func stopPolling() throws(Errno) {
        guard isPolling else { return }
        isPolling = false
        for listener in polled { try poll.remove(listener) }
    }

    /// accept4(2), with each of its errors treated as its manual page says.
    private func accept(_ listener: CInt) -> Accepted? {
        shortage = nil
        var peer = RemoteAddress.unix
        do throws(Errno) {
            let socket = try FileDescriptor.accept(from: listener, peer: &peer)
            isStarved = false
            let isSecure = secureListeners.contains(listener)
            return Accepted(socket: socket, peer: peer, isSecure: isSecure)
        } catch .interrupted {
        } catch .wouldBlock {
        } catch  where error.isShortage {
            shortage = error
        } catch  where error.isFaultOfListener {
            // The dead socket is in the listener's place once a stop was requested.
            if WorkerSignals.stop == .none { leave(error) }
        } catch {
            // The connection failed before it was accepted; the next one may be well.
            context.logger.debug(
                .acceptFailed,
                "accept: \(error)",
                context.slotFields + [LogField("reason", "\(error)")]
            )
        }
        return nil
    }

    /// Pauses where the system has run out of something.
    func waitForResources() {
        guard let error = shortage else { return }
        shortage = nil
        if !isStarved {
            context.logger.error(
                .acceptStarved,
                "\(context.title) can't accept connections: \(error)\(error.limitAdvice); trying again every "
                    + "100 ms",
                context.slotFields + [LogField("reason", "\(error)")]
            )
            isStarved = true
        }
        Process.sleep(for: .milliseconds(100))
    }

    private func leave(_ error: Errno) -> Never {
        context.logger.critical(
            .listenerLost,
            "\(context.title) has lost its listener: \(error)",
            context.slotFields + [LogField("reason", "\(error)")]
        )
        Process.leave(.systemError)
    }
}
