import ForktailHTTP
import ForktailTestSupport
import ForktailValues

@testable import ForktailConnection

/// The body of a request that a simulated handler reads by `bodyWanted`.
final class SimulatedSource: BodySource {
    func read(upTo count: Int) throws(BodyError) -> [UInt8] { throw .truncated }
    var trailers: HTTPFields { [:] }
}

/// Both drivers: they do what a step says.
extension World {
    /// When the driver does something next for the connection.
    func nextServerAction(_ session: Session) -> Int {
        guard session.isOpen else {
            return mayAccept(session) ? session.client.opensAt : SimulatedClient.never
        }
        var at = deadline(of: session) ?? SimulatedClient.never
        at = min(at, session.lateAnswerAt)
        switch session.step.kind {
        case .receive, .handshake:
            return session.socket.isReadable ? now : at
        case .delegate:
            return mayGrant(session) ? now : at
        case .wait:
            if session.isBlocked, session.socket.isWritable { return now }
            return min(at, applicationAt(session))
        case .send, .sendFile, .run, .giveBody, .failBody, .pull, .cancel, .takeOver, .log,
            .endSending, .close, .reset:
            return now
        }
    }

    /// When the application does something next.
    private func applicationAt(_ session: Session) -> Int {
        let at: Int? =
            switch session.active.kind {
            case .handling: session.handling.map { min($0.readyAt, $0.givenUpAt) }
            case .pulling: session.pull?.readyAt
            case .suspended: session.pull?.readyAt ?? session.handling?.readyAt
            case .taken: session.takenUntil
            default: nil
            }
        return at ?? SimulatedClient.never
    }

    private func deadline(of session: Session) -> Int? {
        session.active.deadline(in: workspace(of: session)).map(Self.milliseconds)
    }

    func workspace(of session: Session) -> Workspace {
        session.thread.map { threadWorkspaces[$0] } ?? workspace
    }

    /// Does the next thing, and what must follow at once.
    func actServer(_ session: Session) throws(Violation) {
        switch session.step.kind {
        case _ where !session.isOpen:
            session.isOpen = true
            trace?.note("\(session.index) accepted", at: now)
            try deliver(.opened, to: session)
        case _ where session.lateAnswerAt <= now: try answerLate(session)
        case .wait: try actWaiting(session)
        case .receive where session.active.kind == .readingBody && random.chance(percent: 3):
            session.excuses.insert(408)
            try deliver(.preempted, to: session)
        case .receive where !session.socket.isReadable: try expire(session)
        case .handshake where !session.socket.isReadable: try expire(session)
        case .delegate where !mayGrant(session): try refuseThread(session)
        default: try perform(session)
        }
        try settle(session)
    }

    /// Does each step at once, up to one that waits for something.
    func settle(_ session: Session) throws(Violation) {
        while !session.socket.isClosed {
            switch session.step.kind {
            case .handshake:
                session.socket.taken -= session.machine.takeEarlyBytes().count
                return
            case .receive, .delegate, .wait: return
            case .send, .sendFile, .run, .giveBody, .failBody, .pull, .cancel, .takeOver, .log,
                .endSending, .close, .reset:
                try perform(session)
            }
        }
    }

    private func actWaiting(_ session: Session) throws(Violation) {
        if session.socket.isBroken, !session.hasReportedBreak, random.chance(percent: 50) {
            session.hasReportedBreak = true
            session.isExcused = true
            return try deliver(.failed("it hung up"), to: session)
        }
        if session.active.kind == .suspended, session.socket.clientEnded,
            session.socket.pending == 0, !session.hasReportedEnd, random.chance(percent: 50)
        {
            session.hasReportedEnd = true
            return try deliver(.ended, to: session)
        }
        if session.isBlocked, session.socket.isWritable {
            return try deliver(.resumed, to: session)
        }
        guard applicationAt(session) <= now else { return try expire(session) }
        if let pull = session.pull { return try finishPull(session, pull.next) }
        if session.takenUntil != nil { return try release(session) }
        guard let handling = session.handling else { return }
        if handling.givenUpAt <= now { return try giveUp(session, handling) }
        try actHandler(session)
    }

    /// Reports the deadline, of which it is known what it may lead to.
    private func expire(_ session: Session) throws(Violation) {
        switch session.active.kind {
        case .head, .body, .readingBody: session.excuses.insert(408)
        case .continuing:
            session.isUnread = true
            session.excuses.insert(408)
        case .handling:
            session.excuses.insert(504)
            leaveHandler(session)
        case .queued: noteRefusal(session)
        case .suspended:
            if let time = deadline(of: session), time <= now { excuseTask(session) }
            try deliver(.deadline, to: session)
            if session.active.kind != .suspended { leaveTask(session) }
            return
        case .idle, .greeting, .handshaking, .proxyHeader, .sending, .pulling, .paused, .taken,
            .logging, .closing,
            .endingSending, .lingering, .delegated, .closed:
            break
        }
        try deliver(.deadline, to: session)
    }

    private func refuseThread(_ session: Session) throws(Violation) {
        coverage.see(.threadShortage)
        guard random.chance(percent: 30) else { return try expire(session) }
        noteRefusal(session)
        try deliver(.threadRefused("no thread can be had"), to: session)
    }

    /// The server may answer in the place of the handler, unless its response has begun.
    private func noteRefusal(_ session: Session) {
        session.excuses.insert(503)
        if session.active.exchange?.output.hasBegun == false { session.handled = nil }
    }

    /// Evicts, which means something only where it loses nothing.
    func evict(_ session: Session) throws(Violation) {
        let kind = session.step.kind
        let isEvictable = session.machine.isEvictable
        try deliver(.evicted, to: session)
        let isSending =
            kind == .wait && (session.step.kind == .send || session.step.kind == .sendFile)
        try require(
            session.step.kind == (isEvictable ? .close : kind) || isSending,
            "\(session.index): an eviction closes what loses nothing by it, and else does nothing"
        )
        try settle(session)
    }

    // MARK: Steps

    private func perform(_ session: Session) throws(Violation) {
        switch session.step {
        case .receive: try receive(session)
        case .handshake: try handshake(session)
        case .send(let more): try send(session, more: more)
        case .sendFile:
            guard let part = session.exchange.filePart else { break }
            try sendFile(session, part.region, part.offset, part.count)
        case .run: try beginHandler(session, session.exchange)
        case .delegate: try grantThread(session, session.exchange)
        case .giveBody: try giveBody(session, (try? session.exchange.takePiece()) ?? [])
        case .failBody: try failBody(session, session.exchange.bodyFailure ?? .truncated)
        case .pull:
            try pull(session, session.exchange)
        case .cancel:
            cancelTask(session)
        case .takeOver:
            let exchange = session.exchange
            try takeOver(session, exchange, exchange.takeOver?.early ?? [])
        case .log: try log(session, session.exchange)
        case .endSending:
            session.socket.isEnded = true
            if session.clientMayLeave { session.clientAt = min(session.clientAt, now + 1) }
            let hasInput = session.socket.pending > 0
            try deliver(
                session.socket.isBroken ? .failed("reset") : .sendingEnded(hasInput: hasInput),
                to: session
            )
        case .close(let reset): try close(session, reset: reset)
        case .wait: break
        }
    }

    /// The bytes of a handshake are left out: each step of it takes none.
    private func handshake(_ session: Session) throws(Violation) {
        if session.socket.isBroken {
            session.isExcused = true
            return try deliver(.failed("reset by the client"), to: session)
        }
        guard session.socket.pending > 0 else { return try deliver(.ended, to: session) }
        guard session.machine.awaitsGreeting else {
            guard random.chance(percent: 5) else {
                return try deliver(.secured(.sample), to: session)
            }
            session.isExcused = true
            return try deliver(.handshakeFailed("no shared cipher"), to: session)
        }
        guard random.chance(percent: 5) else {
            return try deliver(.handshakeBegun, to: session)
        }
        session.excuses.insert(400)
        try deliver(.spokeHTTP, to: session)
    }

    private func receive(_ session: Session) throws(Violation) {
        if session.socket.isBroken {
            session.isExcused = true
            return try deliver(.failed("reset by the client"), to: session)
        }
        let pending = session.socket.pending
        guard pending > 0 else {
            session.excuses.insert(400)
            return try deliver(.ended, to: session)
        }
        let count = random.chance(percent: 60) ? pending : random.number(1, pending)
        let start = session.socket.taken
        session.socket.taken += count
        if session.active.kind == .lingering { session.dropped += count }
        let bytes = Array(session.socket.sent[start..<start + count])
        try receive(bytes, by: session)
    }

    private func send(_ session: Session, more: Bool) throws(Violation) {
        try require(!session.socket.isEnded, "\(session.index): nothing is sent after the end")
        if session.socket.isBroken {
            session.isExcused = true
            return try deliver(.failed("broken pipe"), to: session)
        }
        let room = session.socket.room
        let isSmall = random.chance(percent: 10)
        let limit = isSmall ? random.number(1, 30) : Int.max
        let (bytes, total) = session.active.mapOutput(in: workspace(of: session)) { span in
            let count = min(span.count, room, limit)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            for index in 0..<count { bytes.append(span[index]) }
            return (bytes, span.count)
        }
        try require(total > 0, "\(session.index): there is something to send")
        // A driver may end the connection's turn.
        guard room > 0, !random.chance(percent: 3) else { return try block(session) }
        take(session, bytes)
        try deliver(.sent(bytes.count), to: session)
        if more { try checkFollower(session) }
    }

    private func block(_ session: Session) throws(Violation) {
        coverage.see(.blockedSocket)
        try deliver(.blocked, to: session)
        try require(session.step.kind == .wait, "\(session.index): what is blocked waits")
        session.isBlocked = true
    }

    private func take(_ session: Session, _ bytes: [UInt8]) {
        session.socket.received += bytes
        if session.socket.room < 100_000 { session.socket.room -= bytes.count }
        session.sentSinceLog += bytes.count
    }

    private func sendFile(
        _ session: Session,
        _ region: FileRegion,
        _ offset: UInt64,
        _ count: UInt64
    ) throws(Violation) {
        try require(!session.socket.isEnded, "\(session.index): nothing is sent after the end")
        try require(
            count > 0 && offset >= region.offset && offset + count <= region.offset + region.length,
            "\(session.index): only the region of the file is sent"
        )
        if session.socket.isBroken {
            session.isExcused = true
            return try deliver(.failed("broken pipe"), to: session)
        }
        guard session.socket.room > 0 else { return try block(session) }
        guard let plan = session.plan, case .file(_, let available) = plan.answer.body else {
            throw Violation(seed: seed, invariant: "\(session.index): a file of another response")
        }
        let left = max(0, Int(region.offset) + available - Int(offset))
        let part = random.chance(percent: 70) ? Int(count) : random.number(1, Int(count))
        let sent = min(left, part, session.socket.room)
        if sent == 0 {
            coverage.see(.shorterFile)
            if random.chance(percent: 50) { return try deliver(.fileFailed("x"), to: session) }
        }
        take(session, Array(repeating: plan.byte, count: sent))
        try deliver(.fileSent(UInt64(sent)), to: session)
    }

    private func mayGrant(_ session: Session) -> Bool {
        isBlocking || session.thread != nil || !freeThreads.isEmpty || isTaskBody(session)
    }

    /// Whether a task of the loop reads the body that a thread is asked for.
    private func isTaskBody(_ session: Session) -> Bool {
        hasTasks && session.thread == nil && session.active.exchange?.response == nil
    }

    private func grantThread(_ session: Session, _ exchange: Exchange) throws(Violation) {
        try require(exchange.threadUse != nil, "\(session.index): a thread is needed for something")
        guard !isBlocking, session.thread == nil, !isTaskBody(session) else {
            return try deliver(.threadGranted(SimulatedSource()), to: session)
        }
        session.thread = freeThreads.removeLast()
        session.threadHeld = HeldMachine(session.machine.delegate())
        coverage.see(session.machine.kind)
        try require(session.machine.kind == .delegated, "\(session.index): it is delegated")
        try deliver(.threadGranted(SimulatedSource()), to: session)
    }

    private func close(_ session: Session, reset: Bool) throws(Violation) {
        try require(
            session.socket.isEnded || reset || session.isExcused || !session.isSending,
            "\(session.index): a client that still sends gets time to read its response"
        )
        session.socket.isClosed = true
        trace?.note("\(session.index) \(reset ? "reset" : "closed")", at: now)
        try checkNothingFollows(session)
        try judge(session, isReset: reset)
    }
}

extension Session {
    /// Whether the client may still be sending the last request that it got a response to.
    fileprivate var isSending: Bool {
        let end = records.isEmpty ? 0 : client.ends[records.count]
        return socket.taken < end && !socket.clientEnded && !socket.isBroken
    }

    fileprivate var clientMayLeave: Bool { client.leavesPolitely && !socket.clientEnded }
}
