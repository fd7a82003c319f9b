import ForktailConnection

/// Handshakes of TLS: one takes as long as fifty requests, so that the loop does few in a turn.
extension EventWorker {
    /// How many steps of handshakes a turn of the loop does, each of 0.4 ms at most.
    static let handshakesPerTurn = 8

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
            handshakes.mayBegin(connection, among: connections)
        }
        if next == nil, connection.transport.wantsRoom { return waitForRoom(connection) }
        return next
    }

    /// Begins handshakes that have waited for others to end.
    func beginWaitingHandshakes() {
        while let oldest = handshakes.overdue(among: connections, at: now) {
            drive(oldest, io.handle(.handshakeFailed(HandshakeQueue.reason), on: oldest))
        }
        for _ in 0..<handshakesLeft {
            guard let connection = handshakes.takeNext(among: connections) else { return }
            if connection.isPostponed { continue }
            connection.transport.expectInput()
            resume(connection)
        }
    }
}
