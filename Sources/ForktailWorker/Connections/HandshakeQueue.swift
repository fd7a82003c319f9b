import ForktailConnection
import ForktailValues

/// The connections that wait to begin their handshake of TLS, where a worker has as many under way as
/// `limit_handshakes` permits: each needs memory.
///
/// The newest begins first: where clients begin handshakes and let them rest, only the last to come
/// is served in time.
struct HandshakeQueue {
    private let limit: Int
    private var waiting: [ClientConnection] = []

    /// How long a client may have taken for its handshake before another one gets its place.
    private static let longestTime = Duration.seconds(1)
    /// Why a handshake is given up that has taken longer.
    static let reason = "others wait, and it took more than a second (limit_handshakes)"

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether a connection is in the queue.
    func contains(_ connection: ClientConnection) -> Bool {
        waiting.contains { $0 === connection }
    }

    /// Whether a handshake may begin; where it may not, its connection is put into the queue.
    mutating func mayBegin(
        _ connection: ClientConnection,
        among connections: borrowing ConnectionTable
    ) -> Bool {
        if connections.handshakes < limit { return true }
        if !contains(connection) { waiting.append(connection) }
        return false
    }

    /// Takes out the newest connection, if its handshake may begin now.
    mutating func takeNext(among connections: borrowing ConnectionTable) -> ClientConnection? {
        if waiting.isEmpty { return nil }
        forgetOthers()
        return connections.handshakes < limit ? waiting.popLast() : nil
    }

    /// Forgets the connections that wait no more.
    private mutating func forgetOthers() {
        waiting.removeAll { $0.isClosed || !$0.machine.awaitsGreeting }
    }

    /// The handshake to give up, because it takes long and others wait for its place.
    mutating func overdue(
        among connections: borrowing ConnectionTable,
        at now: Instant
    ) -> ClientConnection? {
        if waiting.isEmpty { return nil }
        forgetOthers()
        guard connections.handshakes + waiting.count > limit,
            let oldest = connections.oldest(in: .handshaking),
            let place = oldest.machine.place, now - place.since >= Self.longestTime
        else { return nil }
        return oldest
    }

    /// How long the driver may wait; nil where no connection is in the queue.
    func timeToNext(
        among connections: borrowing ConnectionTable,
        at now: Instant
    ) -> Duration? {
        guard !waiting.isEmpty else { return nil }
        guard connections.handshakes >= limit,
            let place = connections.oldest(in: .handshaking)?.machine.place
        else { return .zero }
        return max(.zero, place.since + Self.longestTime - now)
    }
}
