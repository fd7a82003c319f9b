import ForktailConfiguration
import ForktailConnection

/// Handshakes of TLS.
///
/// One takes as long as fifty requests, so that the loop does few in a turn, and a worker has a
/// limited number of them under way: each needs memory.
extension EventWorker {
    /// How many steps of handshakes a turn of the loop does, each of 0.4 ms at most.
    static let handshakesPerTurn = 8

    /// How long a client may have taken for its handshake before another one gets its place.
    private static let handshakeAge = Duration.seconds(1)

    func handshake(
        _ connection: ClientConnection,
        _ rest: inout Int
    ) -> ConnectionMachine.Step? {
        guard handshakesLeft > 0 else {
            // The loop continues it in its next turn.
            rest = 0
            return .handshake
        }
        if !connection.machine.awaitsGreeting { handshakesLeft -= 1 }
        let next = io.handshake(with: connection) {
            if connections.handshakes < configuration.limitHandshakes { return true }
            if !waitingHandshakes.contains(where: { $0 === connection }) {
                waitingHandshakes.append(connection)
            }
            return false
        }
        if next == nil, connection.transport.wantsRoom { return waitForRoom(connection) }
        return next
    }

    /// Begins handshakes that have waited for others to end, the newest first: where clients begin
    /// handshakes and let them rest, only the last to come is served in time.
    func beginWaitingHandshakes() {
        guard !waitingHandshakes.isEmpty else { return }
        waitingHandshakes.removeAll { $0.isClosed || !$0.machine.awaitsGreeting }
        giveUpOldHandshakes(waitingHandshakes.count)
        let room = configuration.limitHandshakes - connections.handshakes
        for _ in 0..<min(room, handshakesLeft, waitingHandshakes.count) {
            let connection = waitingHandshakes.removeLast()
            if connection.isPostponed { continue }
            connection.transport.expectInput()
            resume(connection)
        }
    }

    /// How long the loop may wait, for handshakes that wait for others.
    var timeToNextHandshake: Duration? {
        guard !waitingHandshakes.isEmpty else { return nil }
        guard connections.handshakes >= configuration.limitHandshakes,
            let place = connections.oldest(in: .handshaking)?.machine.place
        else { return .zero }
        return max(.zero, place.since + Self.handshakeAge - now)
    }

    /// Closes the handshakes that have taken longest, once as many others wait for their places.
    private func giveUpOldHandshakes(_ count: Int) {
        let excess = connections.handshakes + count - configuration.limitHandshakes
        for _ in 0..<max(0, min(excess, count)) {
            guard let oldest = connections.oldest(in: .handshaking),
                let place = oldest.machine.place, now - place.since >= Self.handshakeAge
            else { return }
            let reason = "others wait, and it took more than a second (limit_handshakes)"
            drive(oldest, io.handle(.handshakeFailed(reason), on: oldest))
        }
    }
}
