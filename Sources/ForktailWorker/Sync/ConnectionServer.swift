// Answers the request of one connection after the other.

import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

final class ConnectionServer {
    private let parts: WorkerParts
    private let exchanges: ExchangeServer
    private let scratch = ReceiveBuffer(size: 16_384)
    private var lingering: LingeringConnections
    private var reader: RequestReader
    private var storage: RequestStorage

    init(_ parts: WorkerParts) {
        self.parts = parts
        exchanges = ExchangeServer(
            parts.handler,
            notingIn: parts.context.score,
            log: parts.log
        )
        lingering = LingeringConnections(scratch: scratch)
        reader = RequestReader(parts.context.configuration)
        storage = RequestStorage(parts.context.configuration)
    }

    /// Looks after the connections that were answered before their client had said everything.
    func drainLingering(at now: Instant) {
        lingering.drain(at: now)
    }

    /// Lets the clients of those connections read their answers before the process ends.
    func finishLingering() {
        lingering.finish(within: .seconds(1))
    }

    /// Answers the request of a connection and closes it.
    func serve(_ accepted: consuming Acceptor.Accepted) {
        let peer = accepted.peer
        do throws(ConnectionFailure) {
            let connection = try Connection(
                SharedDescriptor(accepted.takeSocket()),
                hasTimeouts: !peer.isUnix,
                heartbeat: parts.heartbeat,
                scratch: scratch
            )
            try answer(connection, of: peer)
        } catch {
            parts.context.logger.debug("\(RemoteAddress(peer)): \(error)")
        }
    }

    private func answer(
        _ connection: Connection,
        of peer: SocketAddress
    ) throws(ConnectionFailure) {
        let start = Instant.now()
        if !isKnownUniquelyReferenced(&storage) {
            storage = RequestStorage(parts.context.configuration)
        }
        storage.reset(for: RemoteAddress(peer))
        let rest: ExchangeServer.Rest
        switch try reader.read(from: connection, since: start, into: storage) {
        case .silent:
            return
        case .refused(let refusal):
            rest = exchanges.refuse(refusal, storage, on: connection, since: start)
        case .request:
            rest = exchanges.respond(to: storage, on: connection, since: start, mayPersist: false)
        }
        if case .answered(let mayHaveMore) = rest { finish(connection, mayHaveMore: mayHaveMore) }
    }

    /// Closes the connection in a way that lets the client read its answer.
    private func finish(_ connection: Connection, mayHaveMore: Bool) {
        if mayHaveMore || connection.hasUnreadBytes { lingering.add(connection.descriptor) }
    }
}

extension RequestStorage {
    /// Makes storage for the requests of a worker.
    convenience init(_ configuration: Configuration) {
        self.init(capacity: 4096, headerMap: HeaderMap(configuration.headerMap))
    }
}
