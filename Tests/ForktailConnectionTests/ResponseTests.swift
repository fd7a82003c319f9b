@_spi(inlined) import ForktailHTTP
import ForktailValues
import Testing

@testable import ForktailConnection

/// Responses on their way, and what follows them.
@Suite struct ResponseTests {
    private static func bytes(_ count: Int) -> Response {
        Response(bytes: Array(repeating: 97, count: count), contentType: "text/plain")
    }

    private static func body(of dialogue: Dialogue) -> Substring {
        dialogue.sent.firstRange(of: "\r\n\r\n").map { dialogue.sent[$0.upperBound...] } ?? ""
    }

    // MARK: Bodies

    /// Whatever the socket takes at a time, the client gets the same, and it is counted.
    @Test(arguments: [0, 1, 100, 16_384, 16_385, 40_000], [1, 90, 16_384, Int.max])
    func sendsBytesInParts(count: Int, room: Int) {
        let dialogue = Dialogue(mayBlock: false)
        dialogue.receive(Situation.get)
        dialogue.room = room == 1 && count > 100 ? 1000 : room
        dialogue.respond(Self.bytes(count))
        while dialogue.machine.kind == .sending {
            // Another connection uses the shared memory meanwhile.
            dialogue.workspace.output.truncate()
            dialogue.workspace.output.append(Array("another response".utf8).span)
            dialogue.room = room == 1 && count > 100 ? 1000 : room
            dialogue.handle(.resumed)
        }
        #expect(Self.body(of: dialogue) == String(repeating: "a", count: count))
        #expect(dialogue.sent.contains("\r\nContent-Length: \(count)\r\n"))
        #expect(dialogue.logged.map(\.sentLength) == [UInt64(count)])
        #expect(dialogue.machine.kind == .idle)
    }

    /// The response to HEAD says what the body would be, and has none.
    @Test(arguments: 0..<4)
    func sendsNoBodyToHEAD(index: Int) {
        let response = [
            Self.bytes(7), Self.bytes(20_000), Situation.file(9), Situation.stream,
        ][index]
        let dialogue = Dialogue(mayBlock: false)
        dialogue.receive("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        dialogue.respond(response)
        #expect(dialogue.sent.hasSuffix("\r\n\r\n") && dialogue.machine.kind == .idle)
        #expect(dialogue.logged.map(\.sentLength) == [0])
    }

    @Test(arguments: [204, 205, 304])
    func sendsNoBodyWithSomeStatuses(code: Int) throws {
        var response = Self.bytes(7)
        response.status = try #require(Response.Status(code: code))
        let dialogue = Dialogue()
        dialogue.receive(Situation.get)
        dialogue.respond(response)
        #expect(dialogue.sent.hasSuffix("\r\n\r\n") && dialogue.machine.kind == .idle)
        #expect(dialogue.logged.map(\.sentLength) == [0])
    }

    /// A large file goes in parts.
    @Test func sendsAFileInParts() {
        let dialogue = Dialogue()
        dialogue.receive(Situation.get)
        dialogue.respond(Situation.file(5 << 19))
        #expect(dialogue.steps.count { $0 == .sendFile } == 3)
        #expect(dialogue.logged.map(\.sentLength) == [5 << 19])
        #expect(dialogue.machine.kind == .idle)
    }

    @Test func sendsAPartOfAFile() {
        let dialogue = Dialogue()
        dialogue.receive(Situation.get)
        let region = FileRegion(
            descriptor: -1,
            owner: Dialogue.Source(),
            offset: 100,
            length: 50
        )
        dialogue.fileLength = 1000
        dialogue.room = 140
        dialogue.respond(Response(file: region, contentType: "a/b"))
        #expect(dialogue.machine.kind == .sending)
        let sent = Self.body(of: dialogue).count
        guard case .sending(let exchange) = dialogue.machine.state,
            case .file(_, offset: let offset) = exchange.output.source
        else {
            Issue.record("no file")
            return
        }
        #expect(offset == UInt64(100 + sent) && exchange.sentLength == UInt64(sent))
        dialogue.room = .max
        dialogue.handle(.resumed)
        #expect(Self.body(of: dialogue).count == 50 && dialogue.machine.kind == .idle)
    }

    /// A client must not take a part of a file for the whole.
    @Test func resetsWhereAFileBecameShorter() {
        let dialogue = Dialogue()
        dialogue.receive(Situation.get)
        dialogue.fileLength = 30
        dialogue.respond(Situation.file(50))
        #expect(dialogue.step.kind == .reset && Self.body(of: dialogue).count == 30)
        #expect(dialogue.logged.map(\.sentLength) == [30])
        #expect(dialogue.notes.map(\.level) == [.error])
    }

    // MARK: What follows

    private struct Case {
        var request = Situation.get
        var response = Response(text: "x")
        var mayKeep = true
        var keepalive: Duration? = .seconds(5)
        var limit = 1000
        let isKept: Bool
    }

    private static var cases: [Case] {
        [
            Case(isKept: true),
            Case(mayKeep: false, isKept: false),
            Case(keepalive: nil, isKept: false),
            Case(limit: 1, isKept: false),
            Case(limit: 2, isKept: true),
            Case(limit: 0, isKept: true),
            Case(request: "GET / HTTP/1.0\r\n\r\n", isKept: false),
            Case(request: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", isKept: true),
            Case(request: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", isKept: false),
            Case(response: Situation.stream, isKept: true),
            Case(
                request: "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                response: Situation.stream,
                isKept: false
            ),
            Case(
                request: "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                response: Situation.stream,
                isKept: true
            ),
        ]
    }

    /// The connection is kept where client, settings and worker want it, and the response says so.
    @Test(arguments: cases.indices)
    func keepsTheConnection(index: Int) {
        let row = Self.cases[index]
        let dialogue = Dialogue {
            $0.keepalive = row.keepalive
            $0.keepaliveRequests = row.limit
        }
        dialogue.receive(row.request)
        dialogue.respond(row.response, mayKeep: row.mayKeep)
        if dialogue.machine.kind == .pulling { dialogue.pull(nil) }
        #expect((dialogue.machine.kind == .idle) == row.isKept)
        #expect(dialogue.sent.contains("\r\nConnection: close\r\n") == !row.isKept)
        let isOld = row.request.contains("HTTP/1.0") && row.isKept
        #expect(dialogue.sent.contains("\r\nConnection: keep-alive\r\n") == isOld)
    }

    private static let ends: [(request: String, keepalive: Bool, input: Bool, state: StateKind)] = [
        // A client that may have sent another request has time to read the response.
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, false, .lingering),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, false, .closed),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, true, .lingering),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true, false, .closed),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true, true, .lingering),
        ("GET / HTTP/1.0\r\n\r\n", true, false, .closed),
        ("GET / HTTP/1.0\r\n\r\nmore", true, false, .lingering),
    ]

    @Test(arguments: ends.indices)
    func lingersWhereTheClientMayStillSend(index: Int) {
        let (request, keepalive, input, state) = Self.ends[index]
        let dialogue = Dialogue { $0.keepalive = keepalive ? .seconds(5) : nil }
        dialogue.hasInput = input
        dialogue.receive(request)
        dialogue.respond(Response(text: "x"), mayKeep: false)
        #expect(dialogue.machine.kind == state)
        #expect(dialogue.step.kind == (state == .closed ? .close : .receive))
    }

    private static let old = "GET / HTTP/1.0\r\n\r\n"
    private static var followed: [(String, Response, endsAtOnce: Bool, hasMore: Bool)] {
        let (short, long) = ("x", String(repeating: "x", count: 1 << 20))
        return [
            (old, Response(text: short), true, true),
            (old, Response(text: short), false, false),
            (old, Response(text: long), true, true),
            // How much the stream gives, and when, is not known.
            (old, Situation.stream, true, false),
            ("HEAD / HTTP/1.0\r\n\r\n", Response(text: short), true, true),
            ("nonsense\r\n\r\n", Response(text: short), true, true),
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", Response(text: short), true, false),
        ]
    }

    /// A connection that ends with its response needs one packet for both.
    @Test(arguments: followed.indices)
    func tellsThatTheEndFollows(index: Int) {
        let (request, response, endsAtOnce, hasMore) = Self.followed[index]
        let dialogue = Dialogue(endsAtOnce: endsAtOnce)
        dialogue.receive(request)
        dialogue.respond(response)
        #expect(dialogue.hasMore == hasMore)
    }

    @Test func tellsThatTheEndFollowsTheLastChunk() {
        let dialogue = Dialogue()
        dialogue.receive("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        dialogue.respond(Situation.stream)
        dialogue.pull("abc")
        #expect(!dialogue.hasMore)
        dialogue.pull(nil)
        #expect(dialogue.hasMore)
    }

    /// A lingering connection drops what it receives, up to a limit.
    @Test func dropsWhatAClientSendsForTooLong() {
        let dialogue = Situation.lingering.make()
        let bytes = [UInt8](repeating: 0, count: 1 << 24)
        for _ in 0..<16 { dialogue.receive(bytes) }
        #expect(dialogue.machine.kind == .lingering)
        dialogue.receive([0])
        #expect(dialogue.step.kind == .close)
    }

    @Test func answersPipelinedRequestsInOrder() {
        let dialogue = Dialogue()
        let targets = (0..<50).map { "/\($0)" }
        dialogue.receive(targets.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
        for target in targets {
            #expect(dialogue.running?.request?.target == target)
            dialogue.respond(Response(text: target))
        }
        #expect(dialogue.machine.kind == .idle && dialogue.machine.requests == 50)
        #expect(dialogue.logged.map(\.receivedLength) == targets.map { 26 + $0.utf8.count })
    }

    /// A request whose body the client breaks off has a line in both logs, however large it is.
    @Test(arguments: [Situation.body, .continuing, .queuedForBody, .readingBody])
    func logsARequestThatTheClientBreaksOff(situation: Situation) {
        let dialogue = situation.make()
        dialogue.handle(.failed("reset"))
        if situation == .readingBody { dialogue.respond(Response(text: "late")) }
        dialogue.handle(.failed("reset"))
        #expect(dialogue.logged.map(\.status) == [499], "\(situation)")
        #expect(dialogue.notes.map(\.event) == [.responseUndelivered], "\(situation)")
    }

    /// A client that has left is told from one that got a part.
    @Test(arguments: [(0, 499), (9, 200)])
    func logsWhetherTheClientGotAnything(room: Int, status: Int) {
        let dialogue = Dialogue()
        dialogue.receive(Situation.get)
        dialogue.room = room
        dialogue.respond(Response(text: "x"))
        dialogue.handle(.failed("broken pipe"))
        #expect(dialogue.logged.map(\.status) == [status] && dialogue.step.kind == .reset)
        #expect(dialogue.notes.map(\.level) == [.info])
    }

    // MARK: Connections that the application takes over

    private static let connect = "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n"

    @Test(arguments: [true, false], ["", "early"])
    func givesTheConnectionToTheApplication(isTunnel: Bool, early: String) {
        let dialogue = Dialogue()
        dialogue.receive((isTunnel ? Self.connect : Situation.upgrade) + early)
        dialogue.respond(
            isTunnel ? Response(tunnel: { _ in }) : Response(switchingTo: "x") { _ in }
        )
        guard let bytes = dialogue.machine.exchange?.takeOver?.early else {
            Issue.record("\(dialogue.step.kind)")
            return
        }
        #expect(bytes == Array(early.utf8))
        #expect(dialogue.sent.contains("Connection: close") == false)
        dialogue.handle(.released(sent: 12, nil))
        #expect(dialogue.logged.map(\.sentLength) == [12] && dialogue.notes.isEmpty)
        #expect(dialogue.machine.kind == .lingering)
    }

    private static let failures: [(ConnectionMachine.Failure, LogLevel, StepKind)] = [
        (.takenConnection("gone"), .info, .receive), (.connection("gone"), .info, .reset),
        (.body("it threw"), .error, .reset),
    ]

    @Test(arguments: failures.indices)
    func saysHowATakenConnectionEnded(index: Int) {
        let (failure, level, step) = Self.failures[index]
        let dialogue = Situation.taken.make()
        dialogue.handle(.released(sent: 3, failure))
        #expect(dialogue.notes.map(\.level) == [level] && dialogue.step.kind == step)
        #expect(dialogue.logged.map(\.status) == [101] && dialogue.logged[0].sentLength == 3)
    }

    /// The loop needs a thread for it, also for a HEAD.
    @Test(arguments: [Situation.upgrade, Situation.get])
    func asksForAThreadWhereTheResponseNeedsOne(request: String) {
        let dialogue = Dialogue(mayBlock: false)
        dialogue.receive(request)
        let isUpgrade = request == Situation.upgrade
        dialogue.respond(isUpgrade ? Response(switchingTo: "x") { _ in } : Situation.stream)
        guard case .delegate = dialogue.step, let exchange = dialogue.machine.exchange else {
            Issue.record("\(dialogue.step.kind)")
            return
        }
        #expect(exchange.threadUse == (isUpgrade ? .connection : .stream))
        #expect(dialogue.sent.isEmpty)
        dialogue.grant()
        #expect(dialogue.step.kind == (isUpgrade ? .takeOver : .pull))
    }
}
