// Answers the request of one connection after the other.
//
// Invariant: whatever a client does or omits, a connection is finished within the limits of the
// settings, and the worker beats meanwhile. Only the application's own code can hold it longer, and
// that is what the arbiter's `timeout` is for.

import ForktailConfiguration
import ForktailHTTP
import ForktailLog
import ForktailSystem

final class ConnectionServer {
    private let application: any Application
    private let context: WorkerContext
    private let accessLog: AccessLog?
    private let score: ScoreboardEntry
    private let heartbeat: HeartbeatWriter
    private let encoder = ResponseEncoder()
    private let scratch = ReceiveBuffer(size: 16_384)
    private var lingering: LingeringConnections
    private var reader: RequestReader
    private var storage: RequestStorage
    private var date = DateField()
    private var head: [UInt8] = []

    init(
        application: any Application,
        context: WorkerContext,
        accessLog: AccessLog?,
        score: ScoreboardEntry,
        heartbeat: HeartbeatWriter
    ) {
        self.application = application
        self.context = context
        self.accessLog = accessLog
        self.score = score
        self.heartbeat = heartbeat
        lingering = LingeringConnections(scratch: scratch)
        reader = RequestReader(context.configuration)
        storage = Self.makeStorage(context)
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
            let connection = try Connection(accepted, heartbeat: heartbeat, scratch: scratch)
            try answer(connection)
        } catch {
            context.logger.debug("\(RemoteAddress(peer)): \(error)")
        }
    }

    private func answer(_ connection: Connection) throws(ConnectionFailure) {
        let start = Instant.now()
        if !isKnownUniquelyReferenced(&storage) { storage = Self.makeStorage(context) }
        switch try reader.read(from: connection, since: start, into: storage) {
        case .unfinished(.silent): return
        case .request: respond(on: connection, since: start)
        case .fault(let fault):
            let status = fault.answers ? fault.status : nil
            refuse(status, "\(fault)", shown: fault.reason, on: connection, since: start)
        case .refused(let reason):
            refuse(nil, reason, shown: reason, on: connection, since: start)
        case .unfinished(.timedOut):
            let reason = "no complete request head within header_timeout"
            refuse(.requestTimeout, reason, shown: reason, on: connection, since: start)
        case .unfinished(.tooSlow):
            let reason = "a request head slower than limit_request_rate"
            refuse(.requestTimeout, reason, shown: reason, on: connection, since: start)
        case .unfinished(.truncated):
            let reason = "the client ended its side in the middle of the request head"
            refuse(.badRequest, reason, shown: reason, on: connection, since: start)
        }
    }

    private static func makeStorage(_ context: WorkerContext) -> RequestStorage {
        RequestStorage(capacity: 4096, headerMap: HeaderMap(context.configuration.headerMap))
    }

    private func respond(on connection: Connection, since start: Instant) {
        let source = body(on: connection)
        let request = Request(storage, body: RequestBody(source: source))
        noteBeginning(of: request, since: start)
        let response = outcome(of: request)
        let early = response.takesConnection ? source?.takeRest() ?? bytesBehindHead : []
        guard send(response, to: request, on: connection, since: start, early: early) else {
            return
        }
        let isFinished =
            source.map(\.isExhausted) ?? (storage.bytes.count <= storage.head.length)
        finish(connection, mayHaveMore: !isFinished)
    }

    /// What the client has sent after a request without a body.
    private var bytesBehindHead: [UInt8] { Array(storage.bytes[storage.head.length...]) }

    /// The body of the request at hand; nil where there is none, which is what most have.
    private func body(on connection: Connection) -> ConnectionBody? {
        guard storage.head.framing != .none else { return nil }
        return ConnectionBody(
            after: storage,
            connection: connection,
            configuration: context.configuration
        )
    }

    /// Writes on the scoreboard what a death report should know.
    private func noteBeginning(of request: Request, since start: Instant) {
        if request.method == .head { CrashHandler.expectHead() }
        let bytes = storage.bytes
        score.beginRequest(
            method: bytes.span.extracting(storage.head.method),
            target: bytes.span.extracting(storage.head.target),
            since: start
        )
    }

    /// What the client is answered.
    private func outcome(of request: Request) -> Response {
        let response = answer(to: request)
        guard !response.overlooksConnect(request) else {
            return Response(HTTPError(.notImplemented))
        }
        return response
    }

    /// What the application answers, or what stands for its error.
    private func answer(to request: Request) -> Response {
        do {
            let response = try application.respond(to: request)
            try response.check(against: request)
            if response.takesConnection { try request.body.discard() }
            return response
        } catch let error as HTTPError {
            return Response(error)
        } catch let error as BodyError {
            context.logger.info("\(summary(of: request)): \(error)")
            return Response(HTTPError(error.status))
        } catch {
            context.logger.error(
                "\(summary(of: request)): the application threw \(error)",
                [LogField("slot", context.slot), LogField("error", "\(error)")]
            )
            return Response(HTTPError(.internalServerError))
        }
    }

    /// Answers what is no request, as far as an answer makes sense.
    private func refuse(
        _ status: Response.Status?,
        _ reason: String,
        shown: String,
        on connection: Connection,
        since start: Instant
    ) {
        let answer = status.map { "\($0.code)" } ?? "closed"
        context.logger.warning(
            "\(storage.remoteAddress): \(answer): \(reason)",
            [LogField("client", "\(storage.remoteAddress)"), LogField("reason", reason)]
        )
        if let status {
            let response = Response(HTTPError(status, shown))
            guard send(response, to: nil, on: connection, since: start) else { return }
        }
        finish(connection, mayHaveMore: true)
    }

    /// Sends an answer; says whether it went out whole.
    ///
    /// One that did not is not to be followed by an orderly end, which would make it look whole.
    private func send(
        _ response: Response,
        to request: Request?,
        on connection: Connection,
        since start: Instant,
        early: [UInt8] = []
    ) -> Bool {
        var isWhole = true
        var exchange = Exchange(
            start: start,
            peer: storage.remoteAddress,
            request: request,
            response: response
        )
        let responseContext = ResponseContext(
            isHead: request?.method == .head,
            minorVersion: request == nil ? 1 : storage.head.minorVersion,
            persists: false
        )
        head.removeAll(keepingCapacity: true)
        let transfer = encoder.encodeHead(
            response,
            for: responseContext,
            date: date.value(at: .now()),
            into: &head
        )
        let sender = ResponseSender(
            connection: connection,
            patience: context.configuration.writeTimeout,
            early: early
        )
        CrashHandler.answerBegins()
        do throws(SendFailure) {
            exchange.bodyLength = try sender.send(response.body, as: transfer, after: head)
        } catch {
            if error.cutsAnswer { connection.cut() }
            isWhole = false
            report(error, request)
        }
        CrashHandler.disarm()
        accessLog?.write(exchange)
        score.endRequest(
            status: response.status.code,
            bytesIn: storage.bytes.count,
            bytesOut: exchange.bodyLength,
            took: start.elapsed
        )
        return isWhole
    }

    private func report(_ failure: SendFailure, _ request: Request?) {
        let subject = request.map(summary) ?? storage.remoteAddress.host
        switch failure {
        case .connection(let reason):
            context.logger.info("\(subject): the answer was not taken: \(reason)")
        case .body(let reason):
            context.logger.error("\(subject): the answer was cut: \(reason)")
        case .takenConnection(let reason):
            context.logger.info("\(subject): the connection ended: \(reason)")
        }
    }

    /// Closes the connection in a way that lets the client read its answer.
    private func finish(_ connection: Connection, mayHaveMore: Bool) {
        guard mayHaveMore || connection.hasUnreadBytes else { return }
        do throws(Errno) {
            lingering.add(try connection.duplicateSocket())
        } catch {
            context.logger.warning("a connection was closed early: \(error)")
        }
    }

    private func summary(of request: Request) -> String {
        "\(request.remoteAddress.host) \(request.method) \(request.target)"
    }
}

extension Response {
    /// Whether the connection is the application's after the head.
    fileprivate var takesConnection: Bool {
        if case .connection = body { true } else { false }
    }
}
