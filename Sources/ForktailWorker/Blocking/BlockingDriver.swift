// Drives one connection by calls that block: in the class `sync`, and in a thread of the class
// `event` that has a connection to itself.
//
// Invariant: each wait is bounded by the connection's deadline and returns once per heartbeat
// interval, so that a slow client never makes the worker look hung.

import ForktailConfiguration
import ForktailConnection
@_spi(inlined) import ForktailHTTP
import ForktailSystem

final class BlockingDriver {
    private let io: ConnectionIO
    private let handler: RequestHandler
    private let score: ScoreboardEntry
    private let heartbeat: any Heartbeat
    /// Where the requests are noted; nil where another thread has done it.
    private let accessLog: AccessLog?
    /// Whether it waits here for a stream that has nothing yet, and not its owner.
    private let pausesInPlace: Bool

    init(
        _ io: ConnectionIO,
        handler: RequestHandler,
        score: ScoreboardEntry,
        heartbeat: any Heartbeat,
        accessLog: AccessLog?,
        pausesInPlace: Bool
    ) {
        self.accessLog = accessLog
        self.pausesInPlace = pausesInPlace
        self.io = io
        self.handler = handler
        self.score = score
        self.heartbeat = heartbeat
    }

    /// Does steps until one is the owner's: to log, to close, or to wait for a request or for nothing
    /// that is owed to the client.
    ///
    /// - Returns: That step, not done.
    func run(
        _ first: ConnectionMachine.Step,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step {
        CrashHandler.enter(CInt(connection.ticket.index))
        defer {
            handler.threadBound?.endExchange()
            score.endRequest()
            CrashHandler.leave()
        }
        return perform(first, on: connection, isPushed: false)
    }

    /// Sends what the running handler gives, as far as its next piece is wanted.
    ///
    /// - Returns: The step to pull that piece, or one of the owner's, not done.
    fileprivate func push(
        _ event: consuming ConnectionMachine.Event,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step {
        io.updateTime()
        return perform(
            io.handle(consume event, on: connection),
            on: connection,
            isPushed: true
        )
    }

    /// The same from a step on.
    fileprivate func push(
        _ first: ConnectionMachine.Step,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step {
        perform(first, on: connection, isPushed: true)
    }

    private func perform(
        _ first: ConnectionMachine.Step,
        on connection: ClientConnection,
        isPushed: Bool
    ) -> ConnectionMachine.Step {
        var step = first
        while true {
            switch step {
            case .pull where isPushed:
                return step
            case .receive where connection.machine.mayBeSetAside:
                return step
            case .receive:
                score.beginReceiving(at: io.now)
                // No request of this connection runs yet that could crash the worker.
                CrashHandler.leave()
                step = receive(from: connection)
                CrashHandler.enter(CInt(connection.ticket.index))
            case .send(let more):
                step = send(more: more, to: connection)
            case .sendFile:
                step = sendFile(to: connection)
            case .delegate:
                accessLog?.begin(connection.exchange, of: connection)
                let source = ClientBody(self, connection)
                io.updateTime()
                step = io.handle(.threadGranted(source), on: connection)
            case .run:
                step = respond(to: connection.exchange, on: connection)
            case .pull:
                step = pull(connection.exchange, for: connection)
            case .takeOver:
                step = takeOver(connection, by: connection.exchange)
            case .wait where pausesInPlace && connection.machine.isPaused:
                step = pause(connection)
            case .handshake, .giveBody, .failBody, .cancel, .log, .endSending, .wait,
                .close:
                return step
            }
        }
    }

    private func respond(
        to exchange: Exchange,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step {
        score.begin(exchange)
        accessLog?.begin(exchange, of: connection)
        _ = connection.updateCrashMark()
        guard let request = exchange.request else { preconditionFailure("no request") }
        let sender = handler.threadBound.map { _ in PushedResponse(self, connection, request) }
        let event: ConnectionMachine.Event
        do throws(BodyError) {
            let response = try handler.response(to: request, sending: sender)
            if sender?.step == nil { exchange.setResponse(consume response) }
            event = .responded(mayKeep: WorkerSignals.stop == .none)
        } catch {
            event = .bodyFailed(error)
        }
        io.updateTime()
        return sender?.step ?? io.handle(event, on: connection)
    }

    /// Reads from the body of the request that the handler is at.
    func readBody(upTo count: Int, of connection: ClientConnection) throws(BodyError) -> [UInt8] {
        io.now = .now()
        var step = io.handle(.bodyWanted(count), on: connection)
        while true {
            switch step {
            case .receive: step = receive(from: connection)
            case .send(let more): step = send(more: more, to: connection)
            case .giveBody, .failBody: return try connection.exchange.takePiece()
            case .handshake, .sendFile, .run, .delegate, .pull, .cancel, .takeOver, .log,
                .endSending, .wait, .close:
                // The exchange is over: a handler that keeps its body reads no more of it.
                throw .truncated
            }
        }
    }

    private func pull(
        _ exchange: Exchange,
        for connection: ClientConnection
    ) -> ConnectionMachine.Step {
        score.begin(exchange)
        do {
            let piece = try nextPiece(of: exchange)
            io.now = .now()
            let isHalfClosed = piece?.isEmpty == true && connection.transport.isHalfClosed
            return io.handle(.piece(piece, isHalfClosed: isHalfClosed), on: connection)
        } catch {
            io.now = .now()
            return io.handle(.streamFailed("\(error)"), on: connection)
        }
    }

    private func nextPiece(of exchange: Exchange) throws -> [UInt8]? {
        guard let sequence = exchange.sequence else { return try exchange.nextPiece() }
        return try TaskLoop.ofThread().complete { try await sequence.next() }
    }

    private func pause(_ connection: ClientConnection) -> ConnectionMachine.Step {
        while true {
            if let step = keepTime(of: connection) { return step }
            guard let end = connection.machine.deadline(in: io.workspace) else { continue }
            Process.sleep(for: min(end - io.now, heartbeat.interval))
        }
    }

    private func takeOver(
        _ connection: ClientConnection,
        by exchange: Exchange
    ) -> ConnectionMachine.Step {
        guard let (early, serve) = exchange.takeOver else { preconditionFailure("no server") }
        score.begin(exchange)
        let channel = ConnectionChannel(
            connection.transport,
            early: early,
            writeTimeout: io.workspace.rules.writeTimeout,
            heartbeat: heartbeat
        )
        var failure: ConnectionMachine.Failure?
        do {
            try serve(ByteStream(channel))
        } catch let error as ByteStreamError {
            failure = .takenConnection("\(error)")
        } catch {
            failure = .body("the application threw \(error)")
        }
        io.now = .now()
        return io.handle(.released(sent: channel.written, failure), on: connection)
    }

    // MARK: Waiting

    private func receive(from connection: ClientConnection) -> ConnectionMachine.Step {
        _ = connection.updateCrashMark()
        while true {
            if let step = keepTime(of: connection) { return step }
            if let step = io.receive(from: connection, isBlocking: true) { return step }
        }
    }

    private func send(more: Bool, to connection: ClientConnection) -> ConnectionMachine.Step {
        guard connection.updateCrashMark() else { return .close(reset: false) }
        while true {
            if let step = io.send(more: more, to: connection) {
                io.now = .now()
                // A client that takes something shows that the worker is not hung.
                heartbeat.beat(at: io.now)
                return step
            }
            if let step = keepTime(of: connection) { return step }
        }
    }

    /// Sends a part of a file.
    ///
    /// The socket does not block meanwhile: sendfile(2) would stay within one call for as long as a
    /// slow client takes a little now and then, whatever the send timeout, and no beat would come.
    private func sendFile(to connection: ClientConnection) -> ConnectionMachine.Step {
        do throws(Errno) {
            try connection.transport.setBlocking(false)
            while true {
                if let step = io.sendFile(to: connection) {
                    io.now = .now()
                    heartbeat.beat(at: io.now)
                    return step
                }
                if let step = keepTime(of: connection) { return step }
                _ = try Poll.writable(connection.transport.number, timeout: heartbeat.interval)
            }
        } catch {
            return io.handle(.failed("\(error)"), on: connection)
        }
    }

    /// Beats, and finds out whether the wait is over.
    ///
    /// - Returns: The next step where the worker stops at once or the deadline has passed.
    private func keepTime(of connection: ClientConnection) -> ConnectionMachine.Step? {
        io.updateTime()
        heartbeat.beat(at: io.now)
        if WorkerSignals.stop == .quick { return io.handle(.aborted, on: connection) }
        guard let deadline = connection.machine.deadline(in: io.workspace) else { return nil }
        guard io.now < deadline else { return io.handle(.deadline, on: connection) }
        do throws(Errno) {
            try connection.transport.setWait(min(deadline - io.now, heartbeat.interval))
            return nil
        } catch {
            return io.handle(.failed("\(error)"), on: connection)
        }
    }
}

/// A response that its handler sends while it runs, by a driver that blocks.
final class PushedResponse: ResponseSender {
    private let driver: BlockingDriver
    private let connection: ClientConnection
    private let request: Request
    /// The next step of the connection, once the response has begun.
    private(set) var step: ConnectionMachine.Step?

    init(_ driver: BlockingDriver, _ connection: ClientConnection, _ request: Request) {
        self.driver = driver
        self.connection = connection
        self.request = request
    }

    /// Whether the next piece of the body is wanted.
    private var isWanted: Bool {
        if case .pull = step { true } else { false }
    }

    func begin(_ response: Response) throws -> Bool {
        try response.check(against: request)
        connection.exchange.setResponse(response)
        step = driver.push(.responded(mayKeep: WorkerSignals.stop == .none), on: connection)
        return isWanted
    }

    /// Sends the head of a response that the connection has already.
    func begin(from first: ConnectionMachine.Step) -> Bool {
        step = driver.push(first, on: connection)
        return isWanted
    }

    func send(_ piece: [UInt8]) -> Bool {
        guard isWanted else { return false }
        step = driver.push(.piece(piece, isHalfClosed: false), on: connection)
        return isWanted
    }
}

/// The body of a request that the handler reads while it comes.
private final class ClientBody: BodySource {
    private weak var driver: BlockingDriver?
    /// A request that is kept keeps no socket open.
    private weak var connection: ClientConnection?

    init(_ driver: BlockingDriver, _ connection: ClientConnection) {
        self.driver = driver
        self.connection = connection
    }

    var trailers: HTTPFields { connection?.machine.trailers ?? [:] }

    func read(upTo count: Int) throws(BodyError) -> [UInt8] {
        guard let driver, let connection else { throw .truncated }
        return try driver.readBody(upTo: count, of: connection)
    }
}

extension ScoreboardEntry {
    /// Notes what a death report should know of an exchange.
    func begin(_ exchange: Exchange) {
        if let request = exchange.request { begin(request, since: exchange.start) }
    }

    /// Notes what a death report should know of a request.
    func begin(_ request: Request, since start: Instant) {
        let storage = request.storage
        if let id = storage.id { tell(requestID: id) }
        storage.bytes.withSpan { bytes in
            let method = bytes.extracting(storage.head.method)
            guard !storage.head.hasRawOctets else {
                let target = Array(request.target.utf8)
                return beginRequest(method: method, target: target.span, since: start)
            }
            let target = bytes.extracting(storage.head.target)
            beginRequest(method: method, target: target, since: start)
        }
    }
}
