import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// Tasks that wait: when they are cancelled, and what their clients get.
@Suite struct SuspendedTests {
    private static func begin(
        timeout: Duration? = .seconds(5),
        _ situation: Situation = .suspended
    ) -> Dialogue {
        let dialogue = Dialogue { rules in
            rules.timeout = timeout
            rules.gracefulTimeout = .seconds(30)
        }
        dialogue.receive(Situation.get)
        if situation == .suspendedSequence { dialogue.respond(Situation.sequence) }
        dialogue.handle(.suspended)
        #expect(dialogue.machine.kind == .suspended)
        return dialogue
    }

    @Test func answersLater() {
        let dialogue = Self.begin()
        dialogue.pass(.seconds(4))
        dialogue.machine.exchange?.setResponse(Response(text: "late"))
        dialogue.handle(.responded(mayKeep: true))
        #expect(dialogue.machine.kind == .idle && dialogue.sent.hasSuffix("\r\n\r\nlate"))
        #expect(dialogue.logged.map(\.status) == [200] && dialogue.notes.isEmpty)
    }

    /// At `timeout` the task is cancelled; its error is a 504, and without it a 504 comes a second later.
    @Test(arguments: [true, false])
    func answers504AfterTimeout(obeys: Bool) {
        let dialogue = Self.begin()
        let start = dialogue.now
        dialogue.expire()
        #expect(dialogue.step.kind == .cancel && dialogue.now - start == .seconds(5))
        if obeys { dialogue.handle(.taskCancelled) } else { dialogue.expire() }
        #expect(dialogue.now - start == .seconds(obeys ? 5 : 6))
        #expect(dialogue.statusLines == ["HTTP/1.1 504 Gateway Timeout"])
        #expect(dialogue.notes.map(\.event) == [.handlerTimedOut])
        #expect(dialogue.notes.map(\.level) == [.error])
    }

    /// A task that is cancelled may still answer.
    @Test func letsACancelledTaskAnswer() {
        let dialogue = Self.begin()
        dialogue.expire()
        dialogue.machine.exchange?.setResponse(Response(text: "what there is"))
        dialogue.handle(.responded(mayKeep: true))
        #expect(dialogue.statusLines == ["HTTP/1.1 200 OK"] && dialogue.notes.isEmpty)
    }

    /// A half-closed client may still read; a second later its task is cancelled.
    @Test func cancelsWhereTheClientLeaves() {
        let dialogue = Self.begin(timeout: nil)
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == nil)
        let start = dialogue.now
        dialogue.handle(.ended)
        #expect(dialogue.step.kind == .wait)
        dialogue.handle(.ended)
        dialogue.expire()
        #expect(dialogue.step.kind == .cancel && dialogue.now - start == .seconds(1))
        dialogue.handle(.taskCancelled)
        #expect(dialogue.step.kind == .reset && dialogue.logged.map(\.status) == [499])
        #expect(dialogue.notes.map(\.event) == [.responseUndelivered])
    }

    @Test func answersAHalfClosedClientInTime() {
        let dialogue = Self.begin()
        dialogue.handle(.ended)
        dialogue.machine.exchange?.setResponse(Response(text: "x"))
        dialogue.handle(.responded(mayKeep: true))
        #expect(dialogue.statusLines == ["HTTP/1.1 200 OK"])
    }

    @Test func cancelsAtOnceWhereTheConnectionBreaks() {
        let dialogue = Self.begin()
        dialogue.handle(.failed("reset by the client"))
        #expect(dialogue.step.kind == .cancel)
        dialogue.handle(.failed("reset by the client"))
        #expect(dialogue.step.kind == .wait)
        dialogue.handle(.taskCancelled)
        #expect(dialogue.step.kind == .reset && dialogue.logged.map(\.status) == [499])
    }

    /// Tasks are cancelled before the worker is killed for `graceful_timeout`.
    @Test func cancelsBeforeTheEndOfAStop() {
        let dialogue = Self.begin(timeout: .seconds(60))
        dialogue.workspace.stop = .init(since: dialogue.now, grace: .zero)
        let start = dialogue.now
        dialogue.expire()
        #expect(dialogue.step.kind == .cancel && dialogue.now - start == .seconds(27))
        dialogue.handle(.taskCancelled)
        #expect(dialogue.statusLines == ["HTTP/1.1 503 Service Unavailable"])
    }

    @Test func sendsASequence() {
        let dialogue = Self.begin(.suspendedSequence)
        for piece in ["abc", "de"] {
            dialogue.pull(piece)
            #expect(dialogue.step.kind == .pull)
            dialogue.handle(.suspended)
        }
        dialogue.pull(nil)
        #expect(dialogue.sent.hasSuffix("\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
        #expect(dialogue.machine.kind == .idle && dialogue.logged.map(\.sentLength) == [5])
    }

    /// A sequence that gives nothing is cut; each piece restarts the time.
    @Test func cutsASilentSequence() {
        let dialogue = Self.begin(.suspendedSequence)
        dialogue.pass(.seconds(4))
        dialogue.pull("abc")
        dialogue.handle(.suspended)
        let start = dialogue.now
        dialogue.expire()
        #expect(dialogue.step.kind == .cancel && dialogue.now - start == .seconds(5))
        dialogue.handle(.taskCancelled)
        #expect(dialogue.step.kind == .reset)
        #expect(dialogue.notes.map(\.event) == [.responseCut])
    }

    @Test func cutsASequenceWhoseClientLeaves() {
        let dialogue = Self.begin(timeout: nil, .suspendedSequence)
        dialogue.handle(.ended)
        dialogue.expire()
        #expect(dialogue.step.kind == .cancel)
        dialogue.expire()
        #expect(dialogue.step.kind == .reset)
        #expect(dialogue.notes.map(\.event) == [.responseUndelivered])
    }
}
