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

    /// Begins handshakes that have waited for others to end.
    func beginWaitingHandshakes() {
        guard !waitingHandshakes.isEmpty else { return }
        giveUpOldestHandshake()
        let room = configuration.limitHandshakes - connections.handshakes
        guard room > 0 else { return }
        let next = waitingHandshakes.prefix(min(room, handshakesLeft))
        waitingHandshakes.removeFirst(next.count)
        for connection in next where !connection.isClosed && !connection.isPostponed {
            connection.transport.expectInput()
            resume(connection)
        }
    }

    /// Closes the handshake that has taken longest, once others wait for its place.
    private func giveUpOldestHandshake() {
        guard connections.handshakes >= configuration.limitHandshakes,
            let oldest = connections.oldest(in: .handshaking), let place = oldest.machine.place,
            now - place.since >= Self.handshakeAge
        else { return }
        let reason = "others wait, and it took more than a second (limit_handshakes)"
        drive(oldest, io.handle(.handshakeFailed(reason), on: oldest))
    }
}
