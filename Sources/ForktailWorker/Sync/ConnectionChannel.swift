import ForktailHTTP
import ForktailSystem

/// The connection of an application that has taken it over.
final class ConnectionChannel: ByteChannel {
    private let connection: Connection
    private let patience: Duration
    /// What was received and not yet handed out.
    private var received: [UInt8]
    /// How many bytes the application has sent.
    private(set) var written: UInt64 = 0

    /// Takes the connection over.
    ///
    /// - Parameters:
    ///   - connection: Where the request came from.
    ///   - early: What came behind the request.
    ///   - patience: How long the client may take nothing.
    init(_ connection: Connection, early: [UInt8], patience: Duration) {
        self.connection = connection
        self.patience = patience
        received = early
    }

    func read(upTo count: Int, within limit: Duration) throws(ByteStreamError) -> [UInt8] {
        if received.isEmpty { try receive(within: limit) }
        let bytes = Array(received.prefix(count))
        received.removeFirst(bytes.count)
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(ByteStreamError) {
        do throws(ConnectionFailure) {
            try connection.send(bytes, patience: patience)
        } catch {
            throw ByteStreamError(error)
        }
        written += UInt64(bytes.count)
    }

    private func receive(within limit: Duration) throws(ByteStreamError) {
        do throws(ConnectionFailure) {
            _ = try connection.receive(
                appendingTo: &received,
                by: Instant.now() + limit,
                patienceWhenStopping: .zero
            )
        } catch {
            throw ByteStreamError(error)
        }
    }
}

extension ByteStreamError {
    fileprivate init(_ failure: ConnectionFailure) {
        switch failure {
        case .timedOut: self = WorkerSignals.stop == .none ? .timedOut : .stopping
        case .ended: self = .ended(reason: "\(failure)")
        case .stopping: self = .stopping
        }
    }
}
