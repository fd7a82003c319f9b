import ForktailHTTP
import ForktailSystem

/// The end of connections, and of the worker.
extension EventWorker {
    /// The deadline of a connection has passed.
    func expire(_ connection: EventConnection) {
        switch connection.phase {
        case .receiving: expireReceiving(connection)
        case .answering(let job): expireAnswering(job)
        case .sending(let output): expireSending(output, to: connection)
        case .queued: expireQueued(connection)
        case .detached(let exchange): expireDetached(exchange)
        case .lingering: close(connection)
        case .closed: break
        }
    }

    /// Ends our side of a connection, and reads on for a while.
    ///
    /// Closing it at once would make the kernel send a reset where the client goes on sending, which
    /// can destroy the answer before the client has read it: RFC 9112 section 9.6.
    func linger(_ connection: EventConnection, for patience: Duration = .seconds(30)) {
        if case .closed = connection.phase { return }
        CrashHandler.forget(connection.number)
        giveBackIntake(of: connection)
        do throws(Errno) {
            try connection.descriptor.descriptor.endSending()
        } catch {
            return close(connection)
        }
        connection.phase = .lingering
        let limit = isStopping ? min(patience, .seconds(1)) : patience
        connections.timers.set(Int(connection.number), to: now + limit)
        connections.noteIdle(connection, at: now)
        watch(connection)
        forgetInput(of: connection)
    }

    /// Reads and forgets what a client still sends.
    func forgetInput(of connection: EventConnection) {
        for _ in 0..<Self.fairShare {
            do throws(Errno) {
                let room = scratch.room
                if try connection.descriptor.descriptor.receive(into: room) == 0 {
                    return close(connection)
                }
            } catch .interrupted {
                continue
            } catch .wouldBlock {
                return
            } catch {
                return close(connection)
            }
        }
        postpone(connection)
    }

    /// Notes that a stop was asked for, and serves who waits in a queue that would be lost.
    func noteStop() {
        guard WorkerSignals.stop != .none else { return }
        if !isStopping { beginStop() }
        if WorkerSignals.stop == .drain { acceptQueued() }
    }

    /// Has the connections that wait for a request go soon, but not without an answer to one that is
    /// on its way already.
    private func beginStop() {
        closeGate()
        isStopping = true
        for connection in connections.all where connection.isExpendable {
            connections.timers.set(Int(connection.number), to: now + stopPatience)
        }
    }

    /// How long a connection may stay silent once the worker is to stop.
    ///
    /// Where only this worker goes, nobody waits for it.
    var stopPatience: Duration {
        WorkerSignals.stop == .drain ? .milliseconds(200) : .seconds(2)
    }

    var isFinished: Bool {
        switch WorkerSignals.stop {
        case .none: false
        case .retire, .drain: isStopping && connections.isEmpty
        case .quick: true
        }
    }

    /// Has no answer look complete that isn't.
    func cutAnswers() {
        for connection in connections.all where connection.isBeingAnswered {
            // The process ends, and with it the connection.
            try? connection.descriptor.descriptor.resetOnClose()
        }
    }
}
