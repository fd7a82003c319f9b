import ForktailHTTP
import ForktailTestSupport
import ForktailValues

@testable import ForktailConnection

/// What reaches the machine, and the promises that hold after every event.
extension World {
    func deliver(
        _ event: ConnectionMachine.Event,
        to session: Session
    ) throws(Violation) {
        let kind = event.kind
        coverage.see(kind)
        session.isBlocked = false
        let before = session.active.kind
        if let thread = session.threadHeld {
            session.step = thread.machine.handle(event, at: instant, in: workspace(of: session))
        } else {
            session.step = session.machine.handle(event, at: instant, in: workspace)
        }
        try check(session, after: kind, before)
    }

    func receive(_ bytes: [UInt8], by session: Session) throws(Violation) {
        coverage.see(.received)
        if session.active.kind == .idle { session.requestStart = now }
        let before = session.active.kind
        if let thread = session.threadHeld {
            let workspace = workspace(of: session)
            session.step = thread.machine.receive(bytes.span, at: instant, in: workspace)
        } else {
            session.step = session.machine.receive(bytes.span, at: instant, in: workspace)
        }
        try check(session, after: .received, before)
    }

    private func check(
        _ session: Session,
        after event: EventKind,
        _ before: StateKind
    ) throws(Violation) {
        let state = session.active.kind
        events += 1
        try require(events < Self.mostEvents, "\(session.index): everything ends")
        coverage.see(state)
        coverage.see(session.step.kind)
        trace?.note(
            "\(session.index) \(event): \(before) → \(state), \(session.step.kind)",
            at: now
        )
        takeNotes(session)
        noteSending(session, state)
        try checkStep(session, state)
        try checkDeadline(session, state)
        try require(
            event != .logged || state != .idle || isStopped
                || session.machine.deadline(in: workspace) == rules.keepalive.map { instant + $0 },
            "\(session.index): a kept connection has its whole time"
        )
        try checkMark(session, state)
        try checkMemory(session)
        if crashesAfter == 0 { throw Violation(seed: seed, invariant: "crash", isCrash: true) }
        crashesAfter = crashesAfter.map { $0 - 1 }
        takeBack(session, state)
    }

    private func takeNotes(_ session: Session) {
        for note in workspace(of: session).takeNotes() {
            trace?.note("\(session.index) \(note.level): \(note.message)", at: now)
            session.notes.append(note)
            // It names a close without a response.
            if note.status == nil, session.active.exchange == nil { session.isExcused = true }
        }
    }

    /// Notes what may decide on keeping the connection, when the response begins.
    private func noteSending(_ session: Session, _ state: StateKind) {
        if state == .continuing { coverage.see(.sentContinue) }
        guard state == .sending, let exchange = session.active.exchange,
            session.sending !== exchange
        else { return }
        session.sending = exchange
        session.isStopped = isStopped
    }

    /// What the driver is told to do fits the state.
    private func checkStep(_ session: Session, _ state: StateKind) throws(Violation) {
        let allowed: [StepKind] =
            switch state {
            case .idle, .proxyHeader, .head, .body, .readingBody, .lingering: [.receive]
            case .greeting, .handshaking: [.handshake]
            case .continuing: [.send, .wait]
            case .queued: [.delegate]
            case .handling: [.run, .giveBody, .failBody, .wait]
            case .sending: [.send, .sendFile, .wait]
            case .pulling: [.pull, .wait]
            case .suspended: [.wait, .cancel, .failBody]
            case .paused: [.wait]
            case .taken: [.takeOver, .wait]
            case .logging: [.log]
            case .closing, .endingSending: [.endSending]
            case .delegated: [.wait]
            case .closed: [.close, .reset]
            }
        let needsThread: [StepKind] = hasTasks ? [.takeOver] : [.takeOver, .giveBody, .failBody]
        let isStream = session.step.kind == .pull && session.active.exchange?.sequence == nil
        try require(
            workspace(of: session).mayBlock
                || !needsThread.contains(session.step.kind) && !isStream,
            "\(session.index): the loop does no \(session.step.kind)"
        )
        try require(
            allowed.contains(session.step.kind),
            "\(session.index): \(session.step.kind) is no step of \(state)"
        )
    }

    /// What a packet is held back for follows at once: other bytes, or the end of the connection.
    func checkFollower(_ session: Session) throws(Violation) {
        // A thread leaves the end to the loop, which may be busy.
        let isEnd =
            session.step.kind == .log && session.thread == nil && !session.active.isKeeping
        try require(
            isEnd || session.step.kind == .send || session.step.kind == .sendFile,
            "\(session.index): no packet waits for what does not follow"
        )
    }

    /// A connection has a deadline, and one that comes, unless a handler or a thread has it.
    private func checkDeadline(_ session: Session, _ state: StateKind) throws(Violation) {
        let workspace = workspace(of: session)
        let deadline = session.active.deadline(in: workspace)
        let needsOne: Bool =
            switch state {
            case .handling: !workspace.mayBlock && rules.timeout != nil
            case .suspended: rules.timeout != nil
            case .pulling, .taken, .logging, .closing, .endingSending, .delegated, .closed:
                false
            case .idle, .greeting, .handshaking, .proxyHeader, .head, .body, .continuing, .queued,
                .readingBody, .sending, .paused, .lingering:
                true
            }
        try require(
            !needsOne || deadline != nil,
            "\(session.index): there is a deadline in \(state)"
        )
        guard let deadline else { return }
        try require(
            limit(of: state).map { deadline - instant <= $0 } ?? false,
            "\(session.index): the deadline of \(state) comes soon"
        )
        guard state == .head else { return }
        let start = session.records.isEmpty ? session.client.opensAt : session.requestStart
        try require(
            deadline <= Self.instant(start) + rules.headerTimeout,
            "\(session.index): no byte prolongs the time of a head"
        )
    }

    /// How long a state lasts at most; nil where it has no deadline.
    private func limit(of state: StateKind) -> Duration? {
        switch state {
        case .idle: isStopped ? .seconds(3) : max(rules.keepalive ?? .zero, rules.headerTimeout)
        case .greeting, .handshaking, .proxyHeader, .head: rules.headerTimeout
        case .body, .readingBody: rules.bodyTimeout
        case .continuing, .sending: rules.writeTimeout
        case .queued: min(rules.bodyTimeout, rules.timeout ?? rules.bodyTimeout)
        case .handling: rules.timeout
        case .suspended: max(.seconds(1), rules.timeout ?? .zero, rules.gracefulTimeout)
        case .paused: .milliseconds(20)
        case .lingering: isStopped ? .seconds(1) : .seconds(5)
        case .pulling, .taken, .logging, .closing, .endingSending, .delegated, .closed: nil
        }
    }

    /// A crash answers only where nothing of a response has left.
    private func checkMark(_ session: Session, _ state: StateKind) throws(Violation) {
        guard let mark = session.active.crashMark else {
            return try require(state == .delegated, "\(session.index): \(state) has a mark")
        }
        switch mark {
        case .answer, .answerHead:
            let isHead = mark == .answerHead
            try require(
                session.sentSinceLog == 0 || session.hasSentContinue,
                "\(session.index): a crash in \(state) does not answer twice"
            )
            if let exchange = session.active.exchange {
                try require(
                    isHead == (session.plan?.isHead == true) && exchange.isHead == isHead,
                    "\(session.index): a crash answers as the method wants"
                )
            }
        case .idle:
            try require(
                session.sentSinceLog == 0 || session.socket.isEnded || state == .closed
                    || state == .logging,
                "\(session.index): a crash in \(state) lets no response pass as whole"
            )
        case .reset:
            break
        }
    }

    /// A connection holds on to little: a head, what may be buffered of a body, one receive call's
    /// bytes, and one piece of the response.
    private func checkMemory(_ session: Session) throws(Violation) {
        let memory = session.active.memory
        let read = session.socket.sent.count
        let receivedLimit = min(2 * read, 2 * (400 + rules.bodyBufferSize) + 4096)
        try require(
            memory.received <= receivedLimit,
            "\(session.index): \(memory.received) bytes are kept of what was received"
        )
        try require(
            memory.output <= 17_000,
            "\(session.index): \(memory.output) bytes are kept of what is sent"
        )
    }

    /// Takes the value back from a thread that is done with it.
    private func takeBack(_ session: Session, _ state: StateKind) {
        guard let thread = session.thread, session.threadHeld != nil else { return }
        switch session.step.kind {
        case .log, .endSending, .close, .reset: break
        case .receive where session.active.mayBeSetAside: break
        case .wait where state == .paused: break
        case .receive, .handshake, .send, .sendFile, .run, .delegate, .giveBody, .failBody, .pull,
            .cancel, .takeOver, .wait:
            return
        }
        session.takeBack()
        session.thread = nil
        freeThreads.append(thread)
    }

    // MARK: The end of exchanges and connections

    func log(_ session: Session, _ exchange: Exchange) throws(Violation) {
        let isReset = session.active.isResetting
        let record = Session.Record(
            exchange: exchange,
            id: exchange.request.flatMap { Self.id(of: $0.target) },
            status: exchange.status,
            isHead: exchange.isHead,
            isHandled: session.handled === exchange,
            isReset: isReset,
            isKept: session.active.isKeeping,
            sentLength: exchange.sentLength,
            isWaiting: session.isWaiting
        )
        try require(
            !session.records.contains { $0.exchange === exchange },
            "\(session.index): each exchange is logged once"
        )
        try checkRecord(session, record)
        session.records.append(record)
        session.sentSinceLog = 0
        session.notes = []
        session.lastHandling = nil
        session.requestStart = now
        if isReset { coverage.see(.cutResponse) }
        try deliver(.logged, to: session)
        let ends: [StepKind] = [.endSending, .close, .reset]
        try require(
            ends.contains(session.step.kind) != record.isKept,
            "\(session.index): the connection is kept if the response said so"
        )
        try require(
            (session.step.kind == .reset) == isReset,
            "\(session.index): a response that was cut ends by a reset, and no other"
        )
    }

    private static func id(of target: String) -> Int? {
        Int(target.split(separator: ":").first?.drop { !$0.isNumber } ?? "")
    }

    /// What is closed does nothing more.
    func checkNothingFollows(_ session: Session) throws(Violation) {
        let kind = session.step.kind
        let late: ConnectionMachine.Event = random.choice([
            .resumed, .deadline, .evicted, .aborted, .failed("late"), .ended, .sent(1), .blocked,
            .suspended, .taskCancelled, .piece([1], isHalfClosed: false), .responded(mayKeep: true),
            .logged, .sendingEnded(hasInput: true), .released(sent: 1, nil),
            .responseStuck(status: 200, sent: 1),
        ])
        try deliver(late, to: session)
        try require(
            session.step.kind == kind && session.machine.kind == .closed,
            "\(session.index): what is closed does nothing more"
        )
        try require(
            session.machine.deadline(in: workspace) == nil && session.machine.memory == (0, 0),
            "\(session.index): what is closed keeps nothing"
        )
    }
}

extension ConnectionMachine {
    fileprivate var isResetting: Bool {
        if case .logging(_, .reset) = state { true } else { false }
    }

    fileprivate var isKeeping: Bool {
        if case .logging(_, .keep) = state { true } else { false }
    }
}
