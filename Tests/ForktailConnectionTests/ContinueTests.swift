import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// `100 Continue`: RFC 9110 section 10.1.1.
@Suite struct ContinueTests {
    private static let interim = "HTTP/1.1 100 Continue\r\n\r\n"

    private static func head(_ framing: String, version: Int = 1) -> String {
        "PUT /e HTTP/1.\(version)\r\nHost: x\r\nExpect: 100-continue\r\n\(framing)\r\n\r\n"
    }

    @Test(arguments: ["Content-Length: 2", "Transfer-Encoding: chunked"])
    func asksOnceForABodyThatIsHeldBack(framing: String) {
        let dialogue = Dialogue()
        dialogue.receive(Self.head(framing))
        #expect(dialogue.sent == Self.interim)
        for byte in framing.hasPrefix("C") ? "hi" : "2\r\nhi\r\n0\r\n\r\n" {
            dialogue.receive("\(byte)")
        }
        #expect(dialogue.sent == Self.interim && dialogue.body == "hi")
    }

    @Test func doesNotAskForWhatHasCome() {
        let dialogue = Dialogue()
        dialogue.receive(Self.head("Content-Length: 2") + "h")
        dialogue.receive("i")
        #expect(dialogue.sent.isEmpty && dialogue.body == "hi")
    }

    @Test(arguments: [("Content-Length: 0", 1), ("Content-Length: 2", 0)])
    func doesNotAskWhereTheClientDoesNotWait(framing: String, version: Int) {
        let dialogue = Dialogue()
        dialogue.receive(Self.head(framing, version: version))
        #expect(dialogue.sent.isEmpty)
    }

    @Test func asksAgainForTheNextRequest() {
        let dialogue = Dialogue()
        for count in 1...3 {
            dialogue.receive(Self.head("Content-Length: 2"))
            #expect(dialogue.statusLines.count { $0 == "HTTP/1.1 100 Continue" } == count)
            dialogue.receive("hi")
            dialogue.respond(Response(status: .noContent))
        }
    }

    /// The handler decides about a body that is said to be large; one that turns out to be large was
    /// asked for.
    @Test(arguments: [
        ("Content-Length: 100", 100, "continue"), ("Content-Length: 101", 100, "delegate"),
        ("Content-Length: 1", 0, "delegate"), ("Transfer-Encoding: chunked", 100, "continue"),
        ("Transfer-Encoding: chunked", 0, "delegate"),
    ])
    func leavesALargeBodyToTheHandler(framing: String, size: Int, result: String) {
        let dialogue = Dialogue { $0.bodyBufferSize = size }
        dialogue.receive(Self.head(framing))
        let isDelegated = dialogue.step.kind == .delegate
        #expect(isDelegated == (result == "delegate"))
        #expect(dialogue.sent == (isDelegated ? "" : Self.interim))
    }

    @Test func asksForALargeBodyWhenTheHandlerReadsIt() {
        let dialogue = Dialogue { $0.bodyBufferSize = 0 }
        dialogue.receive(Self.head("Content-Length: 2"))
        dialogue.grant()
        #expect(dialogue.sent.isEmpty)
        dialogue.handle(.bodyWanted(10))
        #expect(dialogue.sent == Self.interim && dialogue.machine.kind == .readingBody)
        dialogue.receive("h")
        #expect(dialogue.given == "h")
        dialogue.handle(.bodyWanted(10))
        dialogue.receive("i")
        #expect(dialogue.given == "i" && dialogue.sent == Self.interim)
    }

    /// The client is spared a body that nothing reads; whether it comes is unknown, so the connection
    /// ends.
    @Test func sparesTheClientABodyThatIsNotRead() {
        let dialogue = Dialogue { $0.bodyBufferSize = 0 }
        dialogue.receive(Self.head("Content-Length: 2"))
        dialogue.grant()
        dialogue.respond(Response(text: "no", status: .forbidden))
        #expect(dialogue.statusLines == ["HTTP/1.1 403 Forbidden"])
        #expect(dialogue.machine.kind == .lingering)
    }

    /// The time that the client has for the body begins when it is asked for it.
    @Test func startsTheTimeForTheBodyWhenItAsks() {
        let dialogue = Dialogue { $0.requestRate = 100 }
        dialogue.room = 0
        dialogue.receive(Self.head("Content-Length: 2"))
        dialogue.pass(.seconds(9))
        dialogue.room = .max
        dialogue.handle(.resumed)
        #expect(dialogue.machine.kind == .body)
        // Less than `body_timeout`: the head's bytes at `limit_request_rate`, and the grace.
        let deadline = dialogue.machine.deadline(in: dialogue.workspace)
        #expect(deadline.map { $0 - dialogue.now >= .seconds(10) } == true)
    }

    @Test(arguments: [0, 7])
    func givesUpOnAClientThatTakesNothing(room: Int) {
        let dialogue = Dialogue()
        dialogue.room = room
        dialogue.receive(Self.head("Content-Length: 2"))
        #expect(dialogue.machine.kind == .continuing && dialogue.step.kind == .wait)
        dialogue.expire()
        #expect(dialogue.machine.kind == .lingering)
        #expect(dialogue.sent == String(Self.interim.prefix(room)))
        #expect(
            dialogue.notes.map(\.reason) == ["the client stopped reading for 20 s (write_timeout)"]
        )
    }

    /// The handler that reads learns of it; behind a part of `100 Continue` no response can follow.
    @Test(arguments: [
        (0, EventKind.deadline, BodyError.timedOut), (7, .deadline, .timedOut),
        (0, .aborted, .stopping), (7, .aborted, .stopping), (7, .failed, .truncated),
    ])
    func tellsTheHandlerThatItCouldNotAsk(room: Int, event: EventKind, error: BodyError) {
        let dialogue = Dialogue { $0.bodyBufferSize = 0 }
        dialogue.receive(Self.head("Content-Length: 2"))
        dialogue.grant()
        dialogue.room = room
        dialogue.handle(.bodyWanted(10))
        switch event {
        case .deadline: dialogue.expire()
        case .aborted: dialogue.handle(.aborted)
        default: dialogue.handle(.failed("x"))
        }
        #expect(dialogue.bodyError == error)
        #expect(dialogue.machine.crashMark == (room == 0 ? .answer : .reset))
        dialogue.room = .max
        dialogue.handle(.bodyFailed(error))
        #expect(dialogue.step.kind == (room == 0 ? .receive : .reset))
        #expect(dialogue.logged.count == 1)
        #expect(room == 0 || dialogue.sent == String(Self.interim.prefix(room)))
    }
}
