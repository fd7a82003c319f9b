import ForktailSystem

/// The worker's end of its heartbeat pipe.
final class HeartbeatWriter: Heartbeat {
    private let pipe: FileDescriptor
    let interval: Duration
    /// Kept, because a division of durations takes 500 instructions.
    let halfInterval: Duration
    private var nextBeat = Instant.now()

    init(_ pipe: consuming FileDescriptor, interval: Duration) {
        self.interval = interval
        halfInterval = interval / 2
        self.pipe = pipe
    }

    /// Says that the worker accepts connections.
    func reportReady() {
        send(.ready)
    }

    /// Says that the worker has answered as many requests as it should.
    func reportExhausted() {
        send(.exhausted)
    }

    /// Says that a thread of the worker is stuck in its handler.
    func reportStuck() {
        send(.stuck)
    }

    /// Says that the worker is alive, once per interval at most.
    func beat(at now: Instant) {
        if !(now < nextBeat) { beat(at: now, ahead: .zero) }
    }

    /// Beats also where the next beat is due within `time`, for a worker that is about to block.
    ///
    /// - Returns: Whether it was due.
    @discardableResult
    func beat(at now: Instant, ahead time: Duration) -> Bool {
        // `>=` would be a call of the operator through a table.
        guard !(now + time < nextBeat) else { return false }
        nextBeat = now + interval
        send(.alive)
        return true
    }

    /// How long it is until the next beat is due.
    func timeToNextBeat(at now: Instant) -> Duration {
        max(.zero, nextBeat - now)
    }

    private func send(_ message: HeartbeatMessage) {
        do throws(Errno) {
            try pipe.write(byte: message.rawValue)
        } catch .brokenPipe {
            // The arbiter has ended, so this worker leaves after its request.
            WorkerSignals.requestStop()
        } catch {
            // The bytes in a full pipe already say that the worker is alive.
        }
    }
}
