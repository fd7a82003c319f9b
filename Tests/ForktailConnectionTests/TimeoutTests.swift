import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// Deadlines, and what happens when they have passed.
@Suite struct TimeoutTests {
    /// What the deadline of a state does, and how long after the last event it comes.
    private static let table: [Situation: (seconds: Double, state: StateKind, step: StepKind)] = [
        .greeting: (10, .closed, .close),
        .handshaking: (10, .endingSending, .endSending),
        .idle: (10, .endingSending, .endSending),
        .idleAfterRequest: (5, .endingSending, .endSending),
        .proxyHeader: (10, .endingSending, .endSending),
        .partOfProxyHeader: (10, .endingSending, .endSending),
        .head: (10, .sending, .send),
        .body: (20, .sending, .send),
        .continuing: (20, .endingSending, .endSending),
        .partOfContinue: (20, .endingSending, .endSending),
        .continuingLive: (20, .handling, .failBody),
        .partOfContinueLive: (20, .handling, .failBody),
        .queuedForBody: (7, .sending, .send),
        .queuedForStream: (7, .sending, .send),
        .queuedInStream: (7, .logging, .log),
        .handling: (7, .sending, .send),
        .readingBody: (20, .handling, .failBody),
        .sendingHead: (20, .logging, .log),
        .sendingRest: (20, .logging, .log),
        .sendingFile: (20, .logging, .log),
        .suspended: (7, .suspended, .cancel),
        .suspendedLive: (7, .suspended, .cancel),
        .suspendedSequence: (7, .suspended, .cancel),
        .cancelled: (1, .sending, .send),
        .paused: (0.02, .pulling, .pull),
        .lingering: (5, .closed, .close),
    ]

    /// Every state has the deadline of the table, or a handler, a thread or the driver has it.
    @Test(arguments: Situation.allCases)
    func hasTheDeadlineOfItsState(situation: Situation) {
        let dialogue = situation.make()
        let deadline = dialogue.machine.deadline(in: dialogue.workspace)
        guard let row = Self.table[situation] else {
            #expect(deadline == nil)
            return
        }
        #expect(deadline == dialogue.now + .seconds(row.seconds), "\(situation)")
        // A moment earlier it means nothing.
        let before = dialogue.machine.kind
        dialogue.pass(.seconds(row.seconds) - .nanoseconds(1))
        let (workspace, early) = (dialogue.workspace, dialogue.now)
        _ = dialogue.machine.handle(.deadline, at: early, in: workspace)
        #expect(dialogue.machine.kind == before, "\(situation)")
        dialogue.pass(.nanoseconds(1))
        let step = dialogue.machine.handle(.deadline, at: dialogue.now, in: workspace)
        #expect(dialogue.machine.kind == row.state && step.kind == row.step, "\(situation)")
    }

    private static let refusals: [(Situation, status: Int?, level: LogLevel, reason: String)] = [
        (.head, 408, .info, "no complete request head within header_timeout"),
        (.body, 408, .info, "the client sent nothing of the body, or too little, for too long"),
        (.partOfProxyHeader, nil, .info, "no complete PROXY header within header_timeout"),
        (.continuing, nil, .info, "the client stopped reading for 20 s (write_timeout)"),
        (.queuedForBody, 503, .error, "no thread became free within 7 s (see the setting threads)"),
        (
            .queuedForStream, 503, .error,
            "no thread became free within 7 s (see the setting threads)"
        ),
        (.handling, 504, .error, "the handler exceeded timeout (7 s); replacing this worker"),
        (
            .sendingRest, nil, .info,
            "response not delivered: the client stopped reading for 20 s (write_timeout)"
        ),
    ]

    @Test(arguments: refusals.indices)
    func saysWhatTookTooLong(index: Int) throws {
        let (situation, status, level, reason) = Self.refusals[index]
        let dialogue = situation.make()
        dialogue.expire()
        let note = try #require(dialogue.notes.first)
        #expect(dialogue.notes.count == 1)
        #expect(note.status == status && note.level == level)
        #expect(note.message.hasSuffix(reason), "\(note.message)")
    }

    // MARK: The time that a client has for its request

    /// The first head counts from the acceptance, a later one from its first byte; later bytes don't
    /// prolong it.
    @Test func countsTheTimeOfAHeadFromItsStart() {
        let dialogue = Dialogue()
        let start = dialogue.now
        dialogue.pass(.seconds(4))
        dialogue.receive("GET /")
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == start + .seconds(10))
        dialogue.pass(.seconds(4))
        dialogue.receive(" HTTP/1.1\r\nHost: x\r\n\r\n")
        dialogue.respond(Response(text: ""))
        dialogue.pass(.seconds(4))
        let next = dialogue.now
        dialogue.receive("G")
        dialogue.pass(.seconds(4))
        dialogue.receive("E")
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == next + .seconds(10))
    }

    /// Each byte of a body prolongs its time, up to what `limit_request_rate` allows in all.
    @Test(arguments: [nil, 1])
    func countsTheTimeOfABodyFromItsLastByte(rate: Int?) {
        let dialogue = Dialogue { $0.requestRate = rate }
        dialogue.receive("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\n")
        let start = dialogue.now
        let head = dialogue.machine.memory.received
        for count in 1...10 {
            dialogue.pass(.seconds(15))
            dialogue.receive("a")
            let last = dialogue.now + .seconds(20)
            let allowed = rate.map { _ in start + .seconds(10 + head + count) } ?? last
            #expect(dialogue.machine.deadline(in: dialogue.workspace) == min(last, allowed))
            if dialogue.now > allowed { break }
        }
    }

    @Test func refusesAHeadThatIsSlowerThanItsRate() {
        let dialogue = Dialogue {
            $0.requestRate = 1
            $0.headerTimeout = .seconds(100)
        }
        dialogue.receive("GET /")
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == dialogue.now + .seconds(15))
        dialogue.expire()
        #expect(dialogue.notes.map(\.reason) == ["a request head slower than limit_request_rate"])
    }

    @Test func refusesAPROXYHeaderThatIsSlowerThanItsRate() {
        let dialogue = Dialogue {
            $0.requestRate = 1
            $0.headerTimeout = .seconds(100)
            $0.proxyParser = ProxyHeaderParser()
            $0.isProxy = { _ in true }
        }
        dialogue.receive("PROXY")
        dialogue.expire()
        #expect(dialogue.notes.map(\.reason) == ["a PROXY header slower than limit_request_rate"])
    }

    /// A stuck handler's late response changes nothing, and the connection ends.
    @Test(arguments: [true, false])
    func answersForAHandlerThatExceedsItsTime(isStuck: Bool) {
        let dialogue = Dialogue(mayBlock: false) { $0.timeout = .seconds(7) }
        dialogue.receive(Situation.get)
        dialogue.room = 5
        dialogue.handle(.handlerTimedOut(isStuck: isStuck))
        dialogue.respond(Response(text: "late"))
        dialogue.room = .max
        dialogue.handle(.resumed)
        dialogue.respond(Response(text: "late"))
        #expect(dialogue.statusLines == ["HTTP/1.1 504 Gateway Timeout"])
        #expect(
            dialogue.sent.hasSuffix("\r\n\r\nGateway Timeout\n") && !dialogue.sent.contains("late")
        )
        #expect(dialogue.logged.map(\.status) == [504] && dialogue.machine.kind == .lingering)
    }

    /// The loop answers for a thread whose handler is stuck, once.
    @Test func answersForAStuckThread() {
        let dialogue = Situation.queuedForBody.make()
        _ = dialogue.machine.delegate()
        #expect(dialogue.machine.crashMark == nil)
        dialogue.handle(.handlerTimedOut(isStuck: true))
        #expect(dialogue.statusLines == ["HTTP/1.1 504 Gateway Timeout"])
        #expect(dialogue.logged.map(\.status) == [504])
    }

    /// The log has what the client got.
    @Test func cutsTheResponseOfAStuckThread() {
        let dialogue = Situation.queuedForBody.make()
        _ = dialogue.machine.delegate()
        dialogue.handle(.responseStuck(status: 206, sent: 14))
        #expect(dialogue.statusLines.isEmpty && dialogue.machine.kind == .closed)
        #expect(dialogue.notes.map(\.event) == [.handlerTimedOut])
        #expect(dialogue.logged.map(\.status) == [206])
        #expect(dialogue.logged.map(\.sentLength) == [14])
    }

    /// A blocking driver can't see the time of the handler that it runs.
    @Test func leavesTheTimeOfABlockingHandlerToTheArbiter() {
        let dialogue = Dialogue(mayBlock: true) { $0.timeout = .seconds(7) }
        dialogue.receive(Situation.get)
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == nil)
    }

    // MARK: Lingering

    @Test func lingersForSoLongInAll() {
        let dialogue = Situation.lingering.make()
        let start = dialogue.now
        for second in [4, 8, 12, 16, 20, 24, 28] {
            dialogue.now = start + .seconds(second)
            dialogue.receive("a")
            let end = min(dialogue.now + .seconds(5), start + .seconds(30))
            #expect(dialogue.machine.deadline(in: dialogue.workspace) == end)
        }
    }

    /// A connection that was idle for too long lingers only briefly.
    @Test func lingersBrieflyAfterAnIdleTime() {
        let dialogue = Dialogue()
        dialogue.expire()
        #expect(dialogue.machine.kind == .lingering && dialogue.notes.isEmpty)
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == dialogue.now + .seconds(2))
    }

    // MARK: A stop

    private static let stops: [(Situation, seconds: Double)] = [
        (.greeting, 3), (.handshaking, 10), (.idle, 3), (.idleAfterRequest, 3), (.proxyHeader, 3),
        (.head, 10), (.body, 20),
        (.lingering, 1), (.paused, 0.02), (.sendingHead, 20),
    ]

    /// A stop shortens the time of what owes no response.
    @Test(arguments: stops.indices)
    func shortensIdleTimesAtAStop(index: Int) {
        let (situation, seconds) = Self.stops[index]
        let dialogue = situation.make()
        dialogue.workspace.stop = .init(since: dialogue.now, grace: .seconds(3))
        let deadline = dialogue.machine.deadline(in: dialogue.workspace)
        #expect(deadline == dialogue.now + .seconds(seconds), "\(situation)")
    }

    /// A request that comes just after the stop is served, and the connection ends.
    @Test func servesARequestAfterAStop() {
        let dialogue = Dialogue()
        dialogue.workspace.stop = .init(since: dialogue.now - .seconds(1), grace: .seconds(3))
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == dialogue.now + .seconds(3))
        dialogue.receive(Situation.get)
        dialogue.respond(Response(text: "x"))
        #expect(dialogue.statusLines == ["HTTP/1.1 200 OK"])
        #expect(dialogue.sent.contains("\r\nConnection: close\r\n"))
        #expect(dialogue.machine.kind == .lingering)
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == dialogue.now + .seconds(1))
    }
}
