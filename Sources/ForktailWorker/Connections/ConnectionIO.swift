import ForktailConnection
import ForktailHTTP
import ForktailLog
import ForktailSystem

/// The steps that are a call on the transport: what both drivers do alike.
final class ConnectionIO {
    let workspace: Workspace
    /// The time of the event at hand; the driver keeps it up to date.
    var now = Instant.now()
    private let logger: Logger
    /// Where handshakes are counted; nil for a thread, which does none.
    private let score: ScoreboardEntry?
    private let scratch: ReceiveBuffer
    private var date = DateField()

    init(
        _ workspace: Workspace,
        logger: Logger,
        score: ScoreboardEntry? = nil,
        bufferSize: Int = 65_536
    ) {
        self.score = score
        self.workspace = workspace
        self.logger = logger
        scratch = ReceiveBuffer(size: bufferSize)
    }

    /// Reports an event.
    func handle(
        _ event: consuming ConnectionMachine.Event,
        on connection: ClientConnection
    ) -> ConnectionMachine.Step {
        let step = connection.machine.handle(consume event, at: now, in: workspace)
        if workspace.hasNotes { writeNotes() }
        return step
    }

    /// Receives what there is.
    ///
    /// - Parameters:
    ///   - connection: Where from.
    ///   - isBlocking: Whether the call waits for input.
    /// - Returns: The next step; nil where nothing came.
    func receive(
        from connection: ClientConnection,
        isBlocking: Bool = false
    ) -> ConnectionMachine.Step? {
        let received = connection.transport.receive(into: scratch.room, waiting: isBlocking)
        if isBlocking { now = .now() }
        switch received {
        case .bytes(let count):
            let step = scratch.withBytes(count) {
                connection.machine.receive($0, at: now, in: workspace)
            }
            if workspace.hasNotes { writeNotes() }
            return step
        case .ended: return handle(.ended, on: connection)
        case .nothing: return nil
        case .preempted: return handle(.preempted, on: connection)
        case .failed(let error): return handle(.failed("\(error)"), on: connection)
        }
    }

    /// Continues the handshake of TLS, of which the client may have sent nothing yet.
    ///
    /// - Parameters:
    ///   - connection: Whose.
    ///   - mayBegin: Whether another handshake may begin; false leaves the client waiting.
    /// - Returns: The next step; nil where the client or the socket has to do something first.
    func handshake(
        with connection: ClientConnection,
        mayBegin: () -> Bool
    ) -> ConnectionMachine.Step? {
        guard case .secure(let transport) = connection.transport else {
            preconditionFailure("a handshake without TLS")
        }
        guard connection.machine.awaitsGreeting else {
            return continueHandshake(connection, transport)
        }
        transport.giveBack(connection.machine.takeEarlyBytes())
        switch transport.peek() {
        case .nothing: return nil
        case .ended: return handle(.ended, on: connection)
        case .failed(let error): return handle(.failed("\(error)"), on: connection)
        case .byte(let byte):
            switch ConnectionMachine.Greeting(firstByte: byte) {
            case .http:
                connection.setSecurity(isSecure: false, state: nil)
                return handle(.spokeHTTP, on: connection)
            case .tls:
                guard mayBegin() else { return nil }
                guard transport.beginHandshake() else {
                    return handle(.failed("no memory for TLS"), on: connection)
                }
                connection.setSecurity(isSecure: true, state: transport.state)
                return handle(.handshakeBegun, on: connection)
            }
        }
    }

    private func continueHandshake(
        _ connection: ClientConnection,
        _ transport: SecureTransport
    ) -> ConnectionMachine.Step? {
        switch transport.handshake() {
        case .complete(let secured):
            score?.count(secured.isResumed ? .resumed : .full)
            return handle(.secured(secured), on: connection)
        case .wantsInput, .wantsRoom: return nil
        case .ended: return handle(.ended, on: connection)
        case .failed(let reason):
            score?.count(.failed)
            return handle(.handshakeFailed(reason), on: connection)
        }
    }

    /// Sends what the machine has to send.
    ///
    /// - Returns: The next step; nil where the socket took nothing.
    func send(more: Bool, to connection: ClientConnection) -> ConnectionMachine.Step? {
        let transport = connection.transport
        var sent = Transport.Sent.blocked
        connection.machine.withOutput(in: workspace) { sent = transport.send($0, more: more) }
        switch sent {
        case .bytes(let count):
            let step = handle(.sent(count), on: connection)
            connection.noteProgress()
            return step
        case .blocked:
            _ = handle(.blocked, on: connection)
            return nil
        case .failed(let error): return handle(.failed("\(error)"), on: connection)
        }
    }

    /// Sends a part of a file.
    ///
    /// - Returns: The next step; nil where the socket took nothing.
    func sendFile(to connection: ClientConnection) -> ConnectionMachine.Step? {
        guard let part = connection.exchange.filePart else { preconditionFailure("no file") }
        let sent: Transport.Sent
        do throws(Errno) {
            sent = try connection.transport.send(
                part.region,
                offset: part.offset,
                count: part.count
            )
        } catch {
            return handle(.fileFailed("\(error)"), on: connection)
        }
        switch sent {
        case .bytes(let count):
            let step = handle(.fileSent(UInt64(count)), on: connection)
            connection.noteProgress()
            return step
        case .blocked: return nil
        case .failed(let error): return handle(.failed("\(error)"), on: connection)
        }
    }

    /// Ends our side of a connection.
    func endSending(of connection: ClientConnection) -> ConnectionMachine.Step {
        do throws(Errno) {
            try connection.transport.endSending()
            let hasInput = connection.transport.hasUnreadInput
            return handle(.sendingEnded(hasInput: hasInput), on: connection)
        } catch {
            return handle(.failed("\(error)"), on: connection)
        }
    }

    /// Reports the response that `make` returns, or the error of the body that it throws.
    func respond(
        on connection: ClientConnection,
        _ exchange: Exchange,
        mayKeep: () -> Bool,
        _ make: () throws(BodyError) -> Response
    ) -> ConnectionMachine.Step {
        do throws(BodyError) {
            exchange.setResponse(try make())
            return handle(.responded(mayKeep: mayKeep()), on: connection)
        } catch {
            return handle(.bodyFailed(error), on: connection)
        }
    }

    /// Reads the clock, and makes the Date field of this second.
    func updateTime() {
        now = .now()
        if let text = date.update(at: now) { workspace.encoder.date = text }
    }

    private func writeNotes() {
        for note in workspace.takeNotes() {
            var fields = [LogField("client", note.client), LogField("reason", note.reason)]
            if let status = note.status { fields.append(LogField("status", status)) }
            if let request = note.request { fields.append(LogField("request", request)) }
            if let id = note.requestID { fields.append(LogField("request_id", id)) }
            logger.log(note.level, note.event, note.message, fields)
        }
    }
}
