// Answers one request of a connection, and waits for its client meanwhile.
//
// Invariant: whatever the client does or omits, the exchange is over within the limits of the
// settings, and the heartbeat beats meanwhile. Only the application's own code can hold it longer.

import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

final class ExchangeServer {
    /// What is left of a connection.
    enum Rest {
        /// It is broken, or was cut.
        case nothing
        /// It can be closed, unless the client goes on sending.
        case answered(mayHaveMore: Bool)
        /// It waits for the next request, of which these bytes have come already.
        case next([UInt8])
    }

    private let handler: RequestHandler
    /// Where the request is noted for a death report.
    private let score: ScoreboardEntry
    /// What is done with each exchange in the end.
    private let log: (Exchange) -> Void
    private let encoder = ResponseEncoder()
    private var date = DateField()
    private var head = ByteBuffer()

    init(
        _ handler: RequestHandler,
        notingIn score: ScoreboardEntry,
        log: @escaping (Exchange) -> Void
    ) {
        self.handler = handler
        self.score = score
        self.log = log
    }

    private var configuration: Configuration { handler.context.configuration }

    /// Has the application answer a request whose head is complete.
    ///
    /// - Parameters:
    ///   - storage: The head, with what came behind it.
    ///   - connection: Where it came from.
    ///   - start: When it began.
    ///   - mayPersist: Whether another request may follow.
    /// - Returns: What is left of the connection.
    func respond(
        to storage: RequestStorage,
        on connection: Connection,
        since start: Instant,
        mayPersist: Bool
    ) -> Rest {
        let source = ConnectionBody(
            after: storage,
            connection: connection,
            configuration: configuration
        )
        let request = Request(storage, body: RequestBody(source: source))
        if storage.isHead { CrashHandler.expectHead(on: connection.number) }
        score.beginRequest(storage, since: start)
        let response = handler.response(to: request)
        let exchange = Exchange(to: request, since: start, response: response)
        let isAtEnd = source?.isComplete ?? true
        let persists = mayPersist && isAtEnd && WorkerSignals.stop == .none
        let rest = { source?.takeRest() ?? storage.bytesBehindHead }
        if response.takesConnection { return handOver(exchange, on: connection, early: rest()) }
        guard let persists = send(exchange, persists: persists, on: connection) else {
            return .nothing
        }
        if persists { return .next(rest()) }
        return .answered(mayHaveMore: !isAtEnd || !rest().isEmpty)
    }

    /// Gives the connection of a request to the application, which has answered so.
    ///
    /// - Parameters:
    ///   - exchange: The answer.
    ///   - connection: The connection.
    ///   - early: What came behind the request.
    /// - Returns: What is left of the connection.
    func handOver(_ exchange: Exchange, on connection: Connection, early: [UInt8]) -> Rest {
        if let request = exchange.request {
            score.beginRequest(request.storage, since: exchange.start)
        }
        guard send(exchange, persists: false, on: connection, early: early) != nil else {
            return .nothing
        }
        return .answered(mayHaveMore: false)
    }

    /// Answers what is no request, as far as an answer makes sense.
    func refuse(
        _ refusal: Refusal,
        _ storage: RequestStorage,
        on connection: Connection,
        since start: Instant
    ) -> Rest {
        handler.report(refusal, of: storage.remoteAddress)
        if let response = refusal.response {
            let exchange = Exchange(
                start: start,
                peer: storage.remoteAddress,
                request: storage.refused,
                response: response
            )
            guard send(exchange, persists: false, on: connection) != nil else { return .nothing }
        }
        return .answered(mayHaveMore: true)
    }

    /// Sends an answer.
    ///
    /// One that does not go out whole is not followed by an orderly end, which would make it look
    /// whole.
    ///
    /// - Returns: Whether another request may follow; nil where the answer did not go out whole.
    private func send(
        _ exchange: Exchange,
        persists: Bool,
        on connection: Connection,
        early: [UInt8] = []
    ) -> Bool? {
        var isWhole = true
        let context = exchange.context(persists: persists)
        head.truncate()
        let transfer = encoder.encodeHead(
            exchange.response,
            for: context,
            date: date.value(at: .now()),
            into: &head
        )
        let sender = ResponseSender(
            connection: connection,
            patience: configuration.writeTimeout,
            early: early
        )
        guard CrashHandler.answerBegins(on: connection.number) else { return nil }
        do throws(SendFailure) {
            exchange.bodyLength = try sender.send(
                exchange.response.body,
                as: transfer,
                after: head.array
            )
        } catch {
            if error.cutsAnswer { connection.cut() }
            isWhole = false
            handler.report(error, of: exchange)
        }
        CrashHandler.forget(connection.number)
        score.endRequest()
        log(exchange)
        return isWhole ? context.persists && transfer != .untilClose : nil
    }
}

extension Exchange {
    /// What the encoding of the answer needs to know.
    func context(persists: Bool) -> ResponseContext {
        ResponseContext(
            isHead: request?.storage.isHead ?? false,
            minorVersion: request?.storage.head.minorVersion ?? 1,
            persists: persists
        )
    }
}

extension RequestStorage {
    /// What came behind the head.
    var bytesBehindHead: [UInt8] { Array(bytes[head.length...]) }
}

extension ScoreboardEntry {
    /// Notes what a death report should know of a request.
    func beginRequest(_ storage: RequestStorage, since start: Instant) {
        let bytes = storage.bytes
        beginRequest(
            method: bytes.span.extracting(storage.head.method),
            target: bytes.span.extracting(storage.head.target),
            since: start
        )
    }
}
