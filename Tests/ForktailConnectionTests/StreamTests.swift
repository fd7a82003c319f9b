import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// Responses that are made while they are sent.
@Suite struct StreamTests {
    private static func begin(
        length: UInt64? = nil,
        trailers: Response.Trailers? = nil,
        request: String = Situation.get,
        timeout: Duration? = .seconds(5)
    ) -> Dialogue {
        let dialogue = Dialogue { $0.timeout = timeout }
        dialogue.receive(request)
        let body: Response.Body =
            trailers.map { .streamWithTrailers($0) { nil } } ?? .stream(length: length) { nil }
        dialogue.respond(Response(body: body))
        #expect(dialogue.step.kind == .pull)
        return dialogue
    }

    private static func body(of dialogue: Dialogue) -> Substring {
        dialogue.sent.firstRange(of: "\r\n\r\n").map { dialogue.sent[$0.upperBound...] } ?? ""
    }

    private static let old = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

    @Test(arguments: [
        (UInt64?.none, Situation.get, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", StateKind.idle),
        (5, Situation.get, "abcde", .idle), (nil, old, "abcde", .closed), (5, old, "abcde", .idle),
    ])
    func sendsPieces(length: UInt64?, request: String, body: String, state: StateKind) {
        let dialogue = Self.begin(length: length, request: request)
        for piece in ["abc", "", "de", nil] {
            dialogue.pull(piece)
            if piece == "" { dialogue.expire() }
        }
        #expect(Self.body(of: dialogue) == body)
        // An old client finds the end of the body at the end of the connection.
        #expect(dialogue.machine.kind == (state == .closed ? .lingering : state))
        #expect(dialogue.logged.map(\.sentLength) == [5] && dialogue.notes.isEmpty)
    }

    /// What does not keep its length is cut, and says so.
    @Test(arguments: [
        (["abcdef"], "", "the stream is longer than the 5 bytes that were promised"),
        (["abc", "def"], "abc", "the stream is longer than the 5 bytes that were promised"),
        (["ab", nil], "ab", "the stream ended after 2 of 5 bytes"),
        ([nil], "", "the stream ended after 0 of 5 bytes"),
    ])
    func cutsAStreamOfAnotherLength(pieces: [String?], body: String, reason: String) {
        let dialogue = Self.begin(length: 5)
        for piece in pieces { dialogue.pull(piece) }
        #expect(Self.body(of: dialogue) == body && dialogue.step.kind == .reset)
        #expect(dialogue.notes.map(\.level) == [.error])
        #expect(dialogue.notes[0].message.hasSuffix("the response was cut: \(reason)"))
        #expect(dialogue.logged.map(\.sentLength) == [UInt64(body.utf8.count)])
    }

    @Test func cutsAStreamThatThrows() {
        let dialogue = Self.begin()
        dialogue.pull("abc")
        dialogue.handle(.streamFailed("an error"))
        #expect(Self.body(of: dialogue) == "3\r\nabc\r\n" && dialogue.step.kind == .reset)
        #expect(dialogue.notes.map(\.level) == [.error])
    }

    @Test func sendsTrailers() throws {
        let trailers = Response.Trailers([.eTag]) { [.eTag: "x"] }
        let dialogue = Self.begin(trailers: trailers)
        dialogue.pull(nil)
        #expect(Self.body(of: dialogue) == "0\r\nETag: x\r\n\r\n" && dialogue.machine.kind == .idle)
        let old = Self.begin(trailers: trailers, request: Self.old)
        old.pull("a")
        old.pull(nil)
        #expect(Self.body(of: old) == "a" && old.machine.kind == .lingering)
        let wrong = Self.begin(trailers: Response.Trailers([.eTag]) { [.link: "</>"] })
        wrong.pull(nil)
        #expect(Self.body(of: wrong).isEmpty && wrong.step.kind == .reset)
    }

    /// An empty piece is not sent, and the stream is asked again a little later.
    @Test func pausesWhereAStreamHasNothing() {
        let dialogue = Self.begin()
        dialogue.pull("")
        #expect(dialogue.machine.isPaused && Self.body(of: dialogue).isEmpty)
        #expect(
            dialogue.machine.deadline(in: dialogue.workspace) == dialogue.now + .milliseconds(20)
        )
        dialogue.handle(.resumed)
        #expect(dialogue.machine.isPaused && dialogue.step.kind == .wait)
        dialogue.expire()
        #expect(dialogue.step.kind == .pull)
    }

    /// The loop gives a paused stream to a thread again, which continues where the last one was.
    @Test func asksForAThreadAfterEachPause() {
        let dialogue = Situation.queuedInStream.make()
        #expect(dialogue.step.kind == .delegate)
        var thread = dialogue.machine.delegate()
        let workspace = Workspace(dialogue.workspace.rules, mayBlock: true, endsAtOnce: false)
        let step = thread.handle(.threadGranted(Dialogue.Source()), at: dialogue.now, in: workspace)
        #expect(step.kind == .pull && thread.kind == .pulling)
        _ = thread.handle(
            .piece(Array("abc".utf8), isHalfClosed: false),
            at: dialogue.now,
            in: workspace
        )
        let part = thread.mapOutput(in: workspace) { span in (0..<span.count).map { span[$0] } }
        #expect(String(decoding: part, as: UTF8.self) == "3\r\nabc\r\n")
    }

    /// A stream that gives nothing for `timeout`, or whose half-closed client may have left, is cut.
    @Test(arguments: [
        (Duration.seconds(5), false, 5.0), (.seconds(5), true, 1), (nil, true, 1),
        (.milliseconds(500), true, 0.5),
    ])
    func cutsAStreamThatGivesNothing(timeout: Duration?, isHalfClosed: Bool, seconds: Double) {
        let dialogue = Self.begin(timeout: timeout)
        let start = dialogue.now
        while dialogue.step.kind == .pull, dialogue.now - start < .seconds(10) {
            dialogue.pull("", isHalfClosed: isHalfClosed)
            if dialogue.machine.isPaused { dialogue.expire() }
        }
        #expect(dialogue.step.kind == .reset && dialogue.now - start == .seconds(seconds))
        let isClient = dialogue.notes.map(\.level) == [.info]
        #expect(isClient == (isHalfClosed && seconds == 1))
    }

    /// Each piece restarts the time, and a client that only ended its side gets the response.
    @Test func waitsAnewAfterEachPiece() {
        let dialogue = Self.begin(timeout: .milliseconds(1500))
        for _ in 0..<20 {
            dialogue.pull("", isHalfClosed: true)
            dialogue.pass(.milliseconds(900))
            dialogue.handle(.deadline)
            #expect(dialogue.step.kind == .pull)
            dialogue.pull("a", isHalfClosed: true)
            #expect(dialogue.step.kind == .pull)
        }
        dialogue.pull(nil)
        #expect(dialogue.machine.kind == .idle)
    }

    @Test func waitsForAnyTimeWithoutTimeout() {
        let dialogue = Self.begin(timeout: nil)
        for _ in 0..<20 {
            dialogue.pull("")
            dialogue.pass(.seconds(1000))
            dialogue.handle(.deadline)
            #expect(dialogue.step.kind == .pull)
        }
    }

    /// The time that the client takes nothing doesn't include the time that the stream takes.
    @Test func countsTheWriteTimeoutFromThePiece() {
        let dialogue = Self.begin(timeout: nil)
        dialogue.pass(.seconds(100))
        dialogue.room = 0
        dialogue.pull("abc")
        #expect(dialogue.machine.deadline(in: dialogue.workspace) == dialogue.now + .seconds(20))
    }
}
