import ForktailHTTP
import ForktailTestSupport
import ForktailValues

@testable import ForktailConnection

/// What the application does.
extension World {
    func beginHandler(_ session: Session, _ exchange: Exchange) throws(Violation) {
        guard let plan = session.plan, let request = exchange.request else {
            throw Violation(seed: seed, invariant: "\(session.index): a request that was not sent")
        }
        try require(
            request.target == (plan.isConnect ? "h\(plan.id):1" : "/\(plan.id)")
                && "\(request.method)" == plan.method && plan.flaw != .head,
            "\(session.index): \(request.method) \(request.target) is the next request"
        )
        try require(
            !rules.hasProxy
                || rules.isProxy(session.peer)
                    && "\(exchange.client)" == "192.0.2.\(session.index + 1):\(session.index + 1)",
            "\(session.index): the client \(exchange.client) is the one of the PROXY header"
        )
        try require(session.isLastKept, "\(session.index): no request follows the last one")
        try checkKept(session)
        if random.chance(percent: 20) { session.kept = (request, request.target) }
        session.runs += 1
        noteRun(session, plan)
        let isLive = exchange.body != nil
        var handling = Session.Handling(
            plan: plan,
            exchange: exchange,
            isLive: isLive,
            readyAt: now
        )
        if isLive {
            coverage.see(.liveBody)
        } else {
            try readBufferedBody(session, plan, request)
            handling.sawEnd = true
            handling.read = plan.payload
        }
        handling.readyAt = now + delay(of: plan, session)
        if plan.answer.isStuck { beStuck(session, &handling) }
        session.handling = handling
        session.step = .wait
        if hasTasks { try suspend(session, until: handling.readyAt) }
    }

    /// The task of the handler or of the sequence waits, if it has not done all at once.
    private func suspend(_ session: Session, until time: Int) throws(Violation) {
        if time > now || random.chance(percent: 30) { try deliver(.suspended, to: session) }
    }

    /// The task is cancelled: it ends by that, or does what it likes.
    func cancelTask(_ session: Session) {
        session.step = .wait
        coverage.see(.cancelledTask)
        guard random.chance(percent: 60) else { return }
        session.isCancelled = true
        session.handling?.readyAt = now + random.number(0, 1500)
        session.pull?.readyAt = now + random.number(0, 1500)
    }

    /// The driver lets go of a task.
    func leaveTask(_ session: Session) {
        guard hasTasks, session.thread == nil else { return }
        session.isCancelled = false
        session.handling = nil
        session.pull = nil
    }

    /// What ends a task that is cancelled may be.
    func excuseTask(_ session: Session) {
        session.excuses.formUnion([503, 504])
        // Its client may have left, or a part of the response has been sent.
        session.isExcused = true
    }

    /// Asks a stream or a sequence for its next piece.
    func pull(_ session: Session, _ exchange: Exchange) throws(Violation) {
        let delay = random.chance(percent: 70) ? 0 : random.number(1, 500)
        session.step = .wait
        guard exchange.sequence != nil, let next = session.sequence else {
            session.pull = (exchange.nextPiece, now + delay)
            return
        }
        coverage.see(.sequence)
        // A sequence waits where a stream returns an empty piece.
        var waits = delay
        let result = Result {
            var piece = try next()
            while piece?.isEmpty == true {
                waits += 60
                piece = try next()
            }
            return piece
        }
        session.pull = (result.get, now + waits)
        if !isBlocking { try suspend(session, until: now + waits) }
    }

    /// A request that the application has kept stays as it is.
    func checkKept(_ session: Session) throws(Violation) {
        guard let (request, target) = session.kept else { return }
        try require(request.target == target, "\(session.index): the request \(target) stays")
    }

    private func noteRun(_ session: Session, _ plan: RequestPlan) {
        if session.records.last != nil { coverage.see(.keptRequest) }
        if session.client.pipelines, session.records.last != nil { coverage.see(.pipelinedRequest) }
        if plan.isHead { coverage.see(.headRequest) }
        if plan.minorVersion == 0 { coverage.see(.oldClient) }
        if rules.hasProxy { coverage.see(.proxiedClient) }
    }

    private func readBufferedBody(
        _ session: Session,
        _ plan: RequestPlan,
        _ request: Request
    ) throws(Violation) {
        guard let body = try? request.body.collect(upTo: .max) else {
            throw Violation(seed: seed, invariant: "\(session.index): a body that can't be read")
        }
        try require(
            plan.flaw == .none && body == Array(repeating: plan.byte, count: plan.payload),
            "\(session.index): the body of \(plan.id) is its own, whole: \(body.count) of \(plan.payload) \(plan.flaw) \(plan.isChunked)"
        )
        try require(
            request.body.trailers.count == (plan.hasTrailer ? 1 : 0),
            "\(session.index): the trailers are the request's own"
        )
    }

    private func delay(of plan: RequestPlan, _ session: Session) -> Int {
        isBlocking || hasHandlerThreads || hasTasks || session.thread != nil ? plan.answer.delay : 0
    }

    /// A handler never returns; the driver, or the deadline, finds that out.
    private func beStuck(_ session: Session, _ handling: inout Session.Handling) {
        guard let timeout = rules.timeout, !isBlocking else { return }
        let limit = Int(timeout.millisecondsRoundedUp)
        if session.thread != nil {
            handling.readyAt = SimulatedClient.never
            handling.givenUpAt = now + limit
        } else if hasTasks {
            handling.readyAt = SimulatedClient.never
        } else if hasHandlerThreads {
            handling.readyAt = SimulatedClient.never
            // Else the machine's own deadline.
            if random.chance(percent: 50) { handling.givenUpAt = now + limit }
        }
    }

    /// The handler exceeds its time.
    func giveUp(_ session: Session, _ handling: Session.Handling) throws(Violation) {
        session.excuses.insert(504)
        let isDelegated = session.thread != nil
        leaveHandler(session)
        loseThread(session)
        let isStuck = isDelegated || random.chance(percent: 50)
        try deliver(.handlerTimedOut(isStuck: isStuck), to: session)
    }

    /// Gives up the value that a thread drives.
    func loseThread(_ session: Session) {
        guard session.thread != nil else { return }
        coverage.see(.lostThread)
        session.threadHeld = nil
        session.thread = nil
        session.sending = nil
        lostThreads += 1
    }

    func leaveHandler(_ session: Session) {
        coverage.see(.stuckHandler)
        session.lastHandling = nil
        guard session.handling != nil else { return }
        session.handling = nil
        if random.chance(percent: 50), session.thread == nil {
            session.lateAnswerAt = now + random.number(1, 3000)
        }
    }

    /// A handler that was given up returns, which must not matter.
    func answerLate(_ session: Session) throws(Violation) {
        session.lateAnswerAt = SimulatedClient.never
        guard session.threadHeld == nil else { return }
        coverage.see(.lateAnswer)
        let kind = session.machine.kind
        try deliver(.responded(mayKeep: true), to: session)
        try require(session.machine.kind == kind, "\(session.index): a late response is ignored")
    }

    /// The handler reads on, or returns.
    func actHandler(_ session: Session) throws(Violation) {
        guard var handling = session.handling else { return }
        if session.isCancelled {
            excuseTask(session)
            leaveTask(session)
            return try deliver(.taskCancelled, to: session)
        }
        handling.readyAt = now
        session.handling = handling
        let isDone = handling.sawEnd || handling.error != nil || handling.read >= handling.limit
        if handling.isLive, !isDone {
            return try deliver(.bodyWanted(handling.plan.answer.readSize), to: session)
        }
        if let error = handling.error, random.chance(percent: 20) {
            try deliver(.bodyWanted(1), to: session)
            guard session.step.kind == .failBody, session.exchange.bodyFailure == error else {
                throw Violation(
                    seed: seed,
                    invariant: "\(session.index): a broken body stays broken"
                )
            }
            session.step = .wait
        }
        session.handling = nil
        session.lastHandling = handling
        if let error = handling.error, handling.plan.answer.passesError {
            noteBodyError(error, session)
            return try deliver(.bodyFailed(error), to: session)
        }
        session.handled = handling.exchange
        handling.exchange.setResponse(response(of: handling.plan, session))
        try deliver(.responded(mayKeep: handling.plan.answer.mayKeep), to: session)
    }

    /// Notes which status the server may answer with.
    private func noteBodyError(_ error: BodyError, _ session: Session) {
        session.excuses.insert(error.status.code)
    }

    func giveBody(_ session: Session, _ bytes: [UInt8]) throws(Violation) {
        guard var handling = session.handling else {
            throw Violation(seed: seed, invariant: "\(session.index): bytes for no handler")
        }
        let plan = handling.plan
        handling.read += bytes.count
        try require(
            bytes.count <= plan.answer.readSize && bytes.allSatisfy { $0 == plan.byte }
                && handling.read <= plan.payload,
            "\(session.index): the handler reads its own body, as much as it wants"
        )
        if bytes.isEmpty {
            handling.sawEnd = true
            try require(
                plan.flaw == .none && handling.read == plan.payload,
                "\(session.index): the handler sees the end of a whole body only"
            )
            try require(
                handling.exchange.trailers.count == (plan.hasTrailer ? 1 : 0),
                "\(session.index): the trailers are the request's own"
            )
        }
        session.handling = handling
        session.step = .wait
        if hasTasks { try suspend(session, until: now + 1) }
    }

    func failBody(_ session: Session, _ error: BodyError) throws(Violation) {
        session.handling?.error = error
        session.step = .wait
        if hasTasks { try suspend(session, until: now + 1) }
    }

    private func response(of plan: RequestPlan, _ session: Session) -> Response {
        let id = HTTPField.Name("X-Id") ?? .server
        var response = Response(status: .ok, fields: [id: "\(plan.id)"])
        switch plan.answer.body {
        case .bytes(let count):
            response.body = .bytes(Array(repeating: plan.byte, count: count))
        case .bodiless(let status):
            response.status = status
            response.body = .bytes(Array(repeating: plan.byte, count: 5))
        case .file(let length, _):
            response.body = .file(
                FileRegion(
                    descriptor: -1,
                    owner: SimulatedSource(),
                    offset: 1000,
                    length: UInt64(length)
                )
            )
        case .stream(let pieces, let length, let trailers):
            response.body = Self.stream(pieces, length, trailers, plan.byte)
            if plan.answer.isSequence { makeSequence(&response, session) }
        case .connection:
            response.status = plan.isConnect ? .ok : .switchingProtocols
            response.body = .connection(upgrade: plan.isConnect ? nil : "x") { _ in }
        }
        return response
    }

    /// Makes a sequence of a stream; its pieces come from the world, which does not wait.
    private func makeSequence(_ response: inout Response, _ session: Session) {
        let (stream, _) = AsyncStream<[UInt8]>.makeStream()
        let length = response.body.length
        let trailers = response.body.trailers
        switch response.body {
        case .stream(_, let next), .streamWithTrailers(_, let next): session.sequence = next
        default: return
        }
        response.body = .sequence(.init(stream, length: length, trailers: trailers))
    }

    private struct StreamFailure: Error {}

    private static func stream(
        _ pieces: [AnswerPlan.Piece],
        _ length: Int?,
        _ trailers: AnswerPlan.Trailers,
        _ byte: UInt8
    ) -> Response.Body {
        var rest = pieces[...]
        let next: () throws -> [UInt8]? = {
            switch rest.popFirst() {
            case nil: nil
            case .bytes(let count): Array(repeating: byte, count: count)
            case .nothing: []
            case .failure: throw StreamFailure()
            }
        }
        let name = HTTPField.Name("X-T") ?? .server
        switch trailers {
        case .none: return .stream(length: length.map { UInt64($0) }, next: next)
        case .sent: return .streamWithTrailers(.init([name]) { [name: "1"] }, next: next)
        case .unannounced:
            return .streamWithTrailers(.init([name]) { [.eTag: "\"1\""] }, next: next)
        }
    }

    func finishPull(_ session: Session, _ next: () throws -> [UInt8]?) throws(Violation) {
        session.pull = nil
        if session.isCancelled {
            excuseTask(session)
            leaveTask(session)
            return try deliver(.taskCancelled, to: session)
        }
        let piece: [UInt8]?
        do {
            piece = try next()
        } catch {
            coverage.see(.brokenStream)
            return try deliver(.streamFailed("\(error)"), to: session)
        }
        if piece == nil { coverage.see(.wholeStream) }
        let isHalfClosed = session.socket.clientEnded && session.socket.pending == 0
        try deliver(.piece(piece, isHalfClosed: isHalfClosed), to: session)
        try checkPause(session, isEmpty: piece?.isEmpty == true, isHalfClosed)
    }

    /// A stream that gives nothing is cut after its time, and not before.
    private func checkPause(
        _ session: Session,
        isEmpty: Bool,
        _ isHalfClosed: Bool
    ) throws(Violation) {
        let since = session.emptySince ?? now
        session.emptySince = isEmpty ? since : nil
        guard isEmpty else { return }
        let pause = Duration.milliseconds(now - since)
        let isOver =
            rules.timeout.map { pause >= $0 } ?? false
            || isHalfClosed && pause >= .seconds(1)
        if isOver { coverage.see(.silentStream) }
        try require(
            (session.active.kind == .logging) == isOver,
            "\(session.index): a stream that has given nothing for \(pause) is cut in time"
        )
        if isOver { session.emptySince = nil }
    }

    // MARK: Connections that the application takes over

    func takeOver(_ session: Session, _ exchange: Exchange, _ early: [UInt8]) throws(Violation) {
        coverage.see(.takenConnection)
        let end = session.client.ends[session.records.count + 1]
        let taken = session.socket.taken
        try require(
            taken - early.count == end && early == Array(session.socket.sent[end..<taken]),
            "\(session.index): the application gets what came behind the request"
        )
        session.takenUntil = now + random.number(0, 4000)
        session.step = .wait
    }

    func release(_ session: Session) throws(Violation) {
        session.takenUntil = nil
        session.socket.taken = session.socket.sent.count
        guard case .connection(let sends) = session.plan?.answer.body else { return }
        let count = min(sends, session.socket.room)
        session.takenBytes = count
        session.socket.received += Array(repeating: 36, count: count)
        let failure: ConnectionMachine.Failure? = random.choice([
            nil, nil, .takenConnection("it threw"), .connection("it broke"), .body("it lied"),
        ])
        try deliver(.released(sent: UInt64(count), failure), to: session)
    }
}

extension Session.Handling {
    /// How much of the body the handler reads.
    var limit: Int { plan.answer.readLimit ?? .max }
}

extension ConnectionRules {
    var hasProxy: Bool { proxyParser != nil }
}
