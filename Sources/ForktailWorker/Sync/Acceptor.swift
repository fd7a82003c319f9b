// Waits for the next connection, and comes back at least once per heartbeat interval.
//
// With one listener the worker blocks in accept4(2): the kernel wakes one waiter per connection, the
// one that has waited longest, so that load spreads evenly. With several it waits in epoll(7); there
// the kernel prefers the newest waiter, so each worker goes to the end of the queue after each
// connection by registering anew.

import ForktailConfiguration
import ForktailLog
import ForktailSystem

final class Acceptor {
    /// A connection that was taken from a queue.
    struct Accepted: ~Copyable {
        let socket: FileDescriptor
        let peer: SocketAddress

        consuming func takeSocket() -> FileDescriptor { socket }
    }

    /// The descriptors are open for the life of the process, since a handler may use them any time.
    private enum Waiting {
        case blocking(CInt)
        case polling(EventPoll)
    }

    private let listeners: [CInt]
    private let ownListeners: [CInt]
    private let waiting: Waiting
    private let deadSocket: FileDescriptor
    private let context: WorkerContext
    private var isStarved = false

    /// Gets ready to wait, and has the stop signals end the wait.
    init(_ parts: WorkerParts) throws(Errno) {
        listeners = parts.listeners
        ownListeners = parts.ownListeners
        context = parts.context
        deadSocket = try Socket.dead()
        if listeners.count == 1 {
            // The handler replaces this copy; the listener itself stays for the queue's rest.
            let listener = try FileDescriptor.duplicating(listeners[0]).release()
            waiting = .blocking(listener)
            try parts.installSignals(replacing: listener, by: deadSocket.rawValue)
        } else {
            let poll = try EventPoll(limit: 1)
            let wake = try WorkerSignals.makeWakeDescriptor().release()
            try poll.add(wake, .input)
            for listener in listeners {
                try poll.add(listener, .exclusiveInput)
            }
            waiting = .polling(poll)
            try parts.installSignals(waking: wake)
        }
    }

    /// Waits for a connection.
    ///
    /// - Returns: The connection; nil when the interval is over, a signal came, or another worker
    ///   got it.
    func next() -> Accepted? {
        switch waiting {
        case .blocking(let listener): return acceptBlocking(listener)
        case .polling(let poll): return acceptPolling(poll)
        }
    }

    /// Takes a connection that waits in a queue that ends with the arbiter; nil once all of them are
    /// empty.
    func nextQueued() -> Accepted? {
        for listener in ownListeners {
            if let accepted = accept(listener) { return accepted }
        }
        return nil
    }

    private func acceptBlocking(_ listener: CInt) -> Accepted? {
        let start = Instant.now()
        if let accepted = accept(listener) { return accepted }
        if start.elapsed < .milliseconds(1), WorkerSignals.stop == .none {
            // Some process has made the shared listener non-blocking: wait without spinning.
            _ = try? Poll.readable([listener], timeout: context.configuration.heartbeatInterval)
        }
        return nil
    }

    private func acceptPolling(_ poll: EventPoll) -> Accepted? {
        do throws(Errno) {
            let count = try poll.wait(timeout: context.configuration.heartbeatInterval)
            guard count > 0, case let ready = poll[0].descriptor, listeners.contains(ready)
            else { return nil }
            let accepted = accept(ready)
            try poll.remove(ready)
            try poll.add(ready, .exclusiveInput)
            return accepted
        } catch {
            leave(error)
        }
    }

    /// accept4(2), with each of its errors treated as its manual page says.
    private func accept(_ listener: CInt) -> Accepted? {
        var peer = SocketAddress()
        do throws(Errno) {
            let socket = try FileDescriptor.accept(from: listener, peer: &peer)
            isStarved = false
            return Accepted(socket: socket, peer: peer)
        } catch .interrupted {
        } catch .wouldBlock {
        } catch  where error.isShortage {
            waitForResources(error)
        } catch  where error.isFaultOfListener {
            // The dead socket is in the listener's place once a stop was asked for.
            if WorkerSignals.stop == .none { leave(error) }
        } catch {
            // The connection failed before it was taken; the next one may be well.
            context.logger.debug("accept: \(error)")
        }
        return nil
    }

    private func waitForResources(_ error: Errno) {
        if !isStarved {
            context.logger.error(
                "worker \(context.slot) can't accept connections: \(error); trying again every "
                    + "100 ms"
            )
            isStarved = true
        }
        Process.sleep(for: .milliseconds(100))
    }

    private func leave(_ error: Errno) -> Never {
        context.logger.critical("worker \(context.slot) has lost its listener: \(error)")
        Process.leave(71)
    }
}
