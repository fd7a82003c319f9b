import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// Bodies that are received while their handler runs.
@Suite struct LiveBodyTests {
    private static let length = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    private static let chunked = "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let chunks = "4\r\nabcd\r\n6;x=y\r\nefghij\r\n0\r\nX-T: 1\r\n\r\n"

    private static func begin(
        _ bytes: String,
        _ adapt: (inout ConnectionRules) -> Void = { _ in }
    ) -> Dialogue {
        let dialogue = Dialogue {
            $0.bodyBufferSize = 0
            adapt(&$0)
        }
        dialogue.receive(bytes)
        #expect(dialogue.step.kind == .delegate)
        dialogue.grant()
        #expect(dialogue.running != nil)
        return dialogue
    }

    /// Reads to the end; the client sends what is left, byte by byte, as it is waited for.
    private static func read(_ dialogue: Dialogue, upTo size: Int, _ rest: String) -> String {
        var rest = rest[...]
        var text = ""
        while true {
            dialogue.handle(.bodyWanted(size))
            while dialogue.step.kind == .receive, let next = rest.popFirst() {
                dialogue.receive("\(next)")
            }
            guard let given = dialogue.given else { return text + " \(dialogue.step.kind)" }
            #expect(given.utf8.count <= size)
            if given.isEmpty { return text }
            text += given
        }
    }

    @Test(arguments: [1, 3, 4, 10, 100], [0, 1, 7, 20, 29])
    func givesPiecesOfAtMostTheSizeWanted(size: Int, early: Int) {
        let part = String(Self.chunks.prefix(early))
        let dialogue = Self.begin(Self.chunked + part)
        let text = Self.read(dialogue, upTo: size, String(Self.chunks.dropFirst(early)))
        #expect(text == "abcdefghij")
        #expect(dialogue.machine.trailers.count == 1)
        let counted = Self.begin(Self.length + "abcdefghij".prefix(min(early, 9)))
        let rest = String("abcdefghij".dropFirst(min(early, 9)))
        #expect(Self.read(counted, upTo: size, rest) == "abcdefghij")
        for dialogue in [dialogue, counted] {
            dialogue.respond(Response(text: "x"))
            #expect(dialogue.machine.kind == .idle)
        }
    }

    /// What came behind the body is the next request, and no byte of it is the handler's.
    @Test(arguments: [true, false])
    func leavesTheNextRequestAlone(isChunked: Bool) {
        let dialogue = Self.begin(isChunked ? Self.chunked : Self.length)
        dialogue.handle(.bodyWanted(100))
        dialogue.receive((isChunked ? Self.chunks : "abcdefghij") + Situation.get)
        #expect(dialogue.given == "abcdefghij")
        dialogue.handle(.bodyWanted(100))
        #expect(dialogue.given == "")
        dialogue.respond(Response(text: "x"))
        #expect(dialogue.running?.request?.method == .get && dialogue.machine.requests == 2)
        let length =
            isChunked ? (Self.chunked + Self.chunks).utf8.count : Self.length.utf8.count + 10
        #expect(dialogue.logged.map(\.receivedLength) == [length])
    }

    /// A body that was not read to its end ends the connection.
    @Test(arguments: [0, 1, 9])
    func endsTheConnectionBehindAPartOfABody(count: Int) {
        let dialogue = Self.begin(Self.length + "abcdefgh")
        if count > 0 { dialogue.handle(.bodyWanted(count)) }
        dialogue.respond(Response(text: "x"))
        #expect(dialogue.machine.kind == .lingering)
        #expect(dialogue.sent.contains("\r\nConnection: close\r\n"))
    }

    private static let faults: [(head: String, body: String, status: Int)] = [
        (chunked, "zz\r\n", 400), (chunked, "2\r\nab!!", 400),
        (chunked, "1;\(String(repeating: "a", count: 300))", 400), (chunked, "ff\r\n", 413),
        (chunked, "0\r\nContent-Length: 1\r\n\r\n", 400),
    ]

    /// The client gets the same response as for a body that was received before its handler, and the
    /// log says the same.
    @Test(arguments: faults.indices)
    func refusesALiveBodyLikeABufferedOne(index: Int) {
        let (head, body, status) = Self.faults[index]
        let adapt: (inout ConnectionRules) -> Void = {
            $0.limits = RequestLimits(fieldSize: 200, body: 100)
        }
        let buffered = Dialogue(adapt)
        buffered.receive(head + body)
        let live = Self.begin(head, adapt)
        live.handle(.bodyWanted(100))
        live.receive(body)
        while live.given != nil { live.handle(.bodyWanted(100)) }
        guard let error = live.bodyError else {
            Issue.record("\(live.step.kind)")
            return
        }
        // It stays broken.
        live.handle(.bodyWanted(100))
        #expect(live.bodyError == error)
        live.handle(.bodyFailed(error))
        #expect(live.sent == buffered.sent && live.logged.map(\.status) == [status])
        #expect(live.notes.map(\.message) == buffered.notes.map(\.message))
        #expect(live.machine.kind == .lingering && buffered.machine.kind == .lingering)
    }

    private static var ends: [(ConnectionMachine.Event, BodyError, status: Int)] {
        [
            (.ended, .truncated, 400), (.deadline, .timedOut, 408), (.aborted, .stopping, 503),
            (.failed("x"), .truncated, 400), (.preempted, .timedOut, 408),
        ]
    }

    @Test(arguments: ends.indices)
    func tellsTheHandlerWhyThereIsNoMore(index: Int) {
        let (event, error, status) = Self.ends[index]
        let dialogue = Self.begin(Self.length + "abc")
        dialogue.handle(.bodyWanted(100))
        dialogue.handle(.bodyWanted(100))
        #expect(dialogue.machine.kind == .readingBody)
        dialogue.pass(.seconds(20))
        dialogue.handle(event)
        #expect(dialogue.bodyError == error)
        dialogue.handle(.bodyWanted(100))
        #expect(dialogue.bodyError == error)
        dialogue.handle(.bodyFailed(error))
        #expect(dialogue.logged.map(\.status) == [status])
        #expect(dialogue.notes.map(\.reason) == [error.description])
    }

    /// A handler that catches the error answers as it likes, and the connection ends.
    @Test func answersWithWhatTheHandlerMadeOfTheError() {
        let dialogue = Self.begin(Self.length + "abc")
        dialogue.handle(.bodyWanted(1))
        dialogue.handle(.bodyWanted(100))
        dialogue.handle(.bodyWanted(100))
        dialogue.handle(.ended)
        dialogue.respond(Response(text: "caught"))
        #expect(dialogue.statusLines == ["HTTP/1.1 200 OK"] && dialogue.machine.kind == .lingering)
    }

    /// A client has `limit_request_rate` for the whole body; the handler's own time doesn't count.
    @Test func countsOnlyTheTimeThatTheClientTakes() {
        let dialogue = Self.begin(Self.length, { $0.requestRate = 1 })
        dialogue.pass(.seconds(100))
        dialogue.handle(.bodyWanted(100))
        for count in 0..<9 {
            let limit = Duration.seconds(10 + count - 3 * count)
            let deadline = dialogue.machine.deadline(in: dialogue.workspace)
            #expect(deadline == dialogue.now + limit)
            guard limit > .seconds(3) else { break }
            dialogue.pass(.seconds(3))
            dialogue.receive("a")
            dialogue.pass(.seconds(100))
            dialogue.handle(.bodyWanted(100))
        }
    }

    /// What is kept of a body is what was received at a time, however large it is.
    @Test func keepsLittleOfALargeBody() {
        let dialogue = Self.begin("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
        let part = [UInt8](repeating: 97, count: 1000)
        for _ in 0..<500 {
            dialogue.handle(.bodyWanted(1000))
            dialogue.receive(part)
            #expect(dialogue.given?.utf8.count == 1000)
            #expect(dialogue.machine.memory.received <= 1100)
        }
    }

    /// A thread that can't be had is the server's fault, and the client is told when to come again.
    @Test func answersWhereThereIsNoThread() {
        let dialogue = Situation.queuedForBody.make()
        dialogue.handle(.threadRefused("no memory"))
        #expect(dialogue.statusLines == ["HTTP/1.1 503 Service Unavailable"])
        #expect(
            dialogue.sent.contains("\r\nRetry-After: 1\r\n") && !dialogue.sent.contains("memory")
        )
        #expect(dialogue.notes.map(\.reason) == ["no memory"])
        #expect(dialogue.machine.kind == .lingering)
    }
}
