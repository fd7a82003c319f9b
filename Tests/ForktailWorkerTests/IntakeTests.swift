import ForktailConfiguration
import ForktailHTTP
import ForktailSystem
import ForktailTestSupport
import Testing

@testable import ForktailWorker

struct IntakeTests {
    private static let parts: [(text: String, verdict: String)] = [
        ("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a "),
        ("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "POST /b hello"),
        ("POST /zero HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "POST /zero "),
        (
            "PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n",
            "PUT /c abcde X-Sum: 7"
        ),
        (
            "PUT /none HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "PUT /none "
        ),
        ("HEAD /d HTTP/1.0\r\n\r\n", "HEAD /d "),
        ("\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n", "GET /e "),
    ]

    private static let ends: [(text: String, verdict: String?)] = [
        ("", nil),
        ("GET /cut HTTP/1.1\r\nHo", nil),
        ("nonsense\r\n\r\n", "refused 400"),
        ("GET /no-host HTTP/1.1\r\n\r\n", "refused 400"),
        (
            "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "refused 400"
        ),
        ("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n", "refused 413"),
    ]

    private static func rules(_ adapt: (inout Configuration) -> Void = { _ in }) -> IntakeRules {
        var configuration = Configuration()
        adapt(&configuration)
        return IntakeRules(configuration)
    }

    /// Wherever pipelined requests are cut, they are the same requests.
    @Test func findsTheSameRequestsAtEveryCut() {
        let rules = Self.rules { $0.limitRequestBody = 998 }
        for end in Self.ends {
            let bytes = Array((Self.parts.map(\.text).joined() + end.text).utf8)
            let expected = Self.parts.map(\.verdict) + (end.verdict.map { [$0] } ?? [])
            for cut in 0...bytes.count {
                let outcome = IntakeRun.outcome(of: bytes, cuts: [cut], rules)
                #expect(outcome.verdicts == expected, "cut at \(cut) before \(end.text)")
            }
            let outcome = IntakeRun.outcome(of: bytes, cuts: Array(bytes.indices), rules)
            #expect(outcome.verdicts == expected, "byte by byte before \(end.text)")
        }
    }

    @Test(arguments: Seed.chosen(30))
    func findsTheSameRequestsInAnyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rules = Self.rules()
        let chosen = (0..<40).map { _ in Self.parts.randomElement(using: &random) ?? Self.parts[0] }
        let bytes = Array(chosen.map(\.text).joined().utf8)
        let cuts = (0..<12).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
        let outcome = IntakeRun.outcome(of: bytes, cuts: cuts, rules)
        #expect(outcome.verdicts == chosen.map(\.verdict), "\(seed), cuts \(cuts)")
    }

    /// A body is waited for up to `request_buffer_size`, and one that is there whole is no large one.
    @Test(arguments: [(99, 100, false), (100, 100, true), (100, 101, true), (100, 300, true)])
    func handsOverWhatIsTooLargeToWaitFor(received: Int, length: Int, isLarge: Bool) {
        let rules = Self.rules { $0.requestBufferSize = 100 }
        let head = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
        let whole = Array(head.utf8) + [UInt8](repeating: 97, count: length)
        let first = head.utf8.count + received
        let isWhole = received == length
        let expected =
            isWhole || !isLarge ? "POST /b \(String(repeating: "a", count: length))" : "large /b"
        let outcome = IntakeRun.outcome(of: whole, cuts: [first], rules)
        #expect(outcome.verdicts == [expected])
    }

    /// Who asks before sending is told to send, once; whoever does both at once is not.
    @Test(arguments: ["Content-Length: 2", "Transfer-Encoding: chunked"])
    func asksForABodyThatIsHeldBack(framing: String) {
        let head = "PUT /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\(framing)\r\n\r\n"
        let body = framing.hasPrefix("C") ? "hi" : "2\r\nhi\r\n0\r\n\r\n"
        let bytes = Array((head + body).utf8)
        let rules = Self.rules()
        let end = head.utf8.count
        for cuts in [[end], [end, end + 1], [end, end + 1, bytes.count - 1]] {
            let outcome = IntakeRun.outcome(of: bytes, cuts: cuts, rules)
            #expect(outcome.verdicts == ["awaited /e", "PUT /e hi"])
        }
        for cut in [head.utf8.count - 1, head.utf8.count + 1, bytes.count] {
            #expect(IntakeRun.outcome(of: bytes, cuts: [cut], rules).verdicts == ["PUT /e hi"])
        }
    }

    /// The application is asked first about a body that is said to be large, and about any where
    /// nothing may be buffered; one that turns out to be large was asked for already.
    @Test(arguments: [
        ("Content-Length: 100", 100, ["awaited /e"]),
        ("Content-Length: 101", 100, ["large /e"]),
        ("Content-Length: 1", 0, ["large /e"]),
        ("Transfer-Encoding: chunked", 100, ["awaited /e", "large /e"]),
        ("Transfer-Encoding: chunked", 1, ["awaited /e", "large /e"]),
        ("Transfer-Encoding: chunked", 0, ["large /e"]),
    ])
    func leavesAskingForALargeBody(framing: String, buffer: Int, verdicts: [String]) {
        let rules = Self.rules { $0.requestBufferSize = buffer }
        let head = "PUT /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\(framing)\r\n\r\n"
        let chunk = framing.hasPrefix("C") ? "" : "c8\r\n\(String(repeating: "a", count: 100))"
        let bytes = Array((head + chunk).utf8)
        let outcome = IntakeRun.outcome(of: bytes, cuts: [head.utf8.count], rules)
        #expect(outcome.verdicts == verdicts)
    }

    @Test func takesNoBufferWhereItMayHaveNone() {
        let rules = Self.rules { $0.requestBufferSize = 0 }
        let text = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel"
        let outcome = IntakeRun.outcome(of: Array(text.utf8), cuts: [], rules)
        #expect(outcome.verdicts == ["large /b"])
    }

    /// The PROXY header comes once, and what is behind it is the first request.
    @Test func takesOffThePROXYHeaderAtEveryCut() {
        let rules = Self.rules { $0.proxyProtocol = .v1 }
        let line = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 80\r\n"
        let bytes = Array((line + Self.parts.map(\.text).joined()).utf8)
        for cut in 0...bytes.count {
            let outcome = IntakeRun.outcome(of: bytes, cuts: [cut], rules)
            #expect(outcome.verdicts == Self.parts.map(\.verdict), "cut at \(cut)")
            #expect(outcome.client == "192.0.2.7:4711", "cut at \(cut)")
        }
    }

    @Test func refusesAConnectionWithoutPROXYHeader() {
        let rules = Self.rules { $0.proxyProtocol = .auto }
        let bytes = Array(Self.parts[0].text.utf8)
        for cut in 0...bytes.count {
            #expect(IntakeRun.outcome(of: bytes, cuts: [cut], rules).verdicts == ["refused 0"])
        }
    }

    /// What came behind a request is kept apart from it.
    @Test func keepsTheRest() {
        let now = Instant.now()
        let intake = Intake(Self.rules(), at: now)
        let connection = EventConnection(
            FileDescriptor(owning: -1),
            of: .unix,
            at: now,
            proxied: false
        )
        intake.begin(for: connection, at: now)
        Array((Self.parts[1].text + "GET /next").utf8).withUnsafeBytes { intake.append($0) }
        guard case .complete = intake.examine(at: now) else {
            Issue.record("no request")
            return
        }
        #expect(intake.rest == Array("GET /next".utf8))
        #expect(!intake.hasNews)
        intake.advance(for: connection, at: now)
        #expect(intake.hasNews)
        #expect(intake.count == 9)
        #expect(intake.stage == .head)
    }
}
