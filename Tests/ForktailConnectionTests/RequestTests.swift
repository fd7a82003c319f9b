import ForktailHTTP
import ForktailTestSupport
import ForktailValues
import Testing

@testable import ForktailConnection

/// Requests as they come in, wherever their bytes are cut.
@Suite struct RequestTests {
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
        ("HEAD /d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "HEAD /d "),
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

    /// How bytes that come in parts are read, where each request is answered at once.
    private static func verdicts(
        of bytes: [UInt8],
        cuts: [Int],
        _ adapt: (inout ConnectionRules) -> Void = { _ in }
    ) -> [String] {
        let dialogue = Dialogue(mayBlock: false, adapt)
        var verdicts: [String] = []
        var start = 0
        for end in cuts + [bytes.count] where end > start {
            guard dialogue.step.kind == .receive, dialogue.machine.kind != .lingering else { break }
            dialogue.receive(String(decoding: bytes[start..<end], as: UTF8.self))
            start = end
            while verdicts.count < 100, let request = dialogue.running?.request {
                let body = dialogue.body ?? "unreadable"
                let sums = request.body.trailers.map { " \($0.name): \($0.value)" }
                verdicts.append("\(request.method) \(request.target) \(body)\(sums.joined())")
                dialogue.respond(Response(status: .noContent))
            }
            if case .delegate = dialogue.step, let exchange = dialogue.machine.exchange {
                verdicts.append("large \(exchange.request?.target ?? "")")
            }
        }
        let refusals = dialogue.logged.filter { $0.status >= 400 }
        return verdicts + refusals.map { "refused \($0.status)" }
    }

    @Test func findsTheSameRequestsAtEveryCut() {
        for end in Self.ends {
            let bytes = Array((Self.parts.map(\.text).joined() + end.text).utf8)
            let expected = Self.parts.map(\.verdict) + (end.verdict.map { [$0] } ?? [])
            for cuts in (0...bytes.count).map({ [$0] }) + [Array(bytes.indices)] {
                let verdicts = Self.verdicts(of: bytes, cuts: cuts) { $0.limits.body = 998 }
                #expect(verdicts == expected, "cut at \(cuts.prefix(2)) before \(end.text)")
            }
        }
    }

    @Test(arguments: Seed.chosen(20))
    func findsTheSameRequestsInAnyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let chosen = (0..<40).map { _ in random.choice(Self.parts) }
        let bytes = Array(chosen.map(\.text).joined().utf8)
        let cuts = (0..<12).map { _ in random.number(0, bytes.count) }.sorted()
        let verdicts = Self.verdicts(of: bytes, cuts: cuts)
        #expect(verdicts == chosen.map(\.verdict), "\(seed), cuts \(cuts)")
    }

    /// A body is waited for up to `request_buffer_size`, and one that is there whole is not large.
    @Test(arguments: [(99, 100, false), (100, 100, false), (100, 101, true), (100, 300, true)])
    func delegatesWhatIsTooLargeToWaitFor(received: Int, length: Int, isLarge: Bool) {
        let head = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
        let bytes = Array((head + String(repeating: "a", count: length)).utf8)
        let verdicts = Self.verdicts(of: bytes, cuts: [head.utf8.count + received]) {
            $0.bodyBufferSize = 100
        }
        let whole = "POST /b \(String(repeating: "a", count: length))"
        #expect(verdicts == [isLarge ? "large /b" : whole])
    }

    /// What a chunked body had decoded before it was refused is no part of the next request.
    @Test func forgetsTheBodyOfARefusedRequest() throws {
        let first = Dialogue()
        first.receive("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno!!")
        #expect(first.statusLines == ["HTTP/1.1 400 Bad Request"])
        var second = ConnectionMachine(peer: Dialogue.client, accepted: first.now)
        let bytes = Array(Self.parts[3].text.utf8)
        let step = second.receive(bytes.span, at: first.now, in: first.workspace)
        guard case .run = step, let exchange = second.exchange else {
            Issue.record("\(step.kind)")
            return
        }
        let body = try exchange.request?.body.collect(upTo: 100)
        #expect(body == Array("abcde".utf8))
    }

    /// A request that the application keeps stays as it is.
    @Test func leavesAKeptRequestAlone() throws {
        let dialogue = Dialogue()
        dialogue.receive("GET /kept HTTP/1.1\r\nHost: x\r\n\r\n")
        let request = try #require(dialogue.running?.request)
        dialogue.respond(Response(text: ""))
        dialogue.receive("GET /another HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(request.target == "/kept")
        #expect(dialogue.running?.request?.target == "/another")
    }

    private static let refusals: [(bytes: String, status: Int?, reason: String)] = [
        ("nonsense\r\n\r\n", 400, "malformed"),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, "version"),
        ("GET / HTTP/1.1\r\n\r\n", 400, "Host"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", nil, "TLS"),
        ("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "coding"),
        ("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n", 413, "limit_request_body"),
        ("GET /\(String(repeating: "a", count: 60)) HTTP/1.1\r\n", 414, "line"),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", 417, "expect"),
        ("GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 60))\r\n", 431, "field"),
        ("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nz", 400, "chunk"),
    ]

    /// A refusal is answered, logged and noted once, and the client gets time to read it.
    @Test(arguments: refusals.indices)
    func refusesWhatIsNoRequest(index: Int) throws {
        let (bytes, status, reason) = Self.refusals[index]
        let dialogue = Dialogue {
            $0.limits = RequestLimits(line: 50, fields: 10, fieldSize: 50, body: 1000)
        }
        dialogue.receive(bytes)
        #expect(dialogue.notes.count == 1)
        let note = try #require(dialogue.notes.first)
        #expect(note.level == .info && note.status == status && note.client == "192.0.2.1:4711")
        #expect(dialogue.machine.kind == .lingering)
        #expect(dialogue.logged.map(\.status) == (status.map { [$0] } ?? []))
        #expect(dialogue.statusLines.count == (status == nil ? 0 : 1))
        #expect(dialogue.logged.map(\.receivedLength) == (status == nil ? [] : [bytes.utf8.count]))
        #expect(status == nil || dialogue.sent.contains("\r\nConnection: close\r\n"))
        #expect(note.reason.contains(reason), "\(note.reason)")
        #expect(note.message.hasSuffix(note.reason))
    }

    /// Requests that are refused, and what the log says of what was sent; no value of a field.
    private static let details: [(bytes: String, reason: String)] = [
        ("GET / HTTP/x\u{7}.1\r\nHost: x\r\n\r\n", "version: GET / HTTP/x\u{7}.1 (RFC 9112"),
        ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", "1.x: GET / HTTP/3.0 (RFC 9110"),
        ("\r\nnon sense\r\n\r\n", "HTTP/0.9 request, without a version: non sense (RFC 9112"),
        (
            "G@T /\(String(repeating: "a", count: 200))\r\n",
            "method: G@T /\(String(repeating: "a", count: 95))… (RFC 9110"
        ),
        (
            "GET /\(String(repeating: "a", count: 996))\r\n",
            "a request line of 1,001 bytes, limit_request_line allows 50: GET /aa"
        ),
        ("GET / HTTP/1.1\r\nA: 1\r\nB(x): 2\r\n\r\n", "field name: B(x) (RFC"),
        ("GET / HTTP/1.1\r\nToken : secret\r\n\r\n", "a field name: Token  (RFC"),
        ("GET / HTTP/1.1\r\nA: secret\u{1}\r\n\r\n", "field value: A (RFC"),
        (
            "GET / HTTP/1.1\r\nA: \(String(repeating: "s", count: 1200))\r\n\r\n",
            "the field A has 1,203 bytes, limit_request_field_size allows 50 (RFC"
        ),
        (
            "GET / HTTP/1.1\r\nA: \(String(repeating: "s", count: 60))",
            "the field A has 63 bytes so far, limit_request_field_size allows 50 (RFC"
        ),
        (
            "GET / HTTP/1.1\r\n\(String(repeating: "A: 1\r\n", count: 11))",
            "more than 10 fields (limit_request_fields) (RFC"
        ),
        (
            "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n",
            "a body of 20,000 bytes, limit_request_body allows 1,000 (RFC"
        ),
        (
            "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n",
            "a body larger than limit_request_body (RFC"
        ),
    ]

    @Test(arguments: details.indices)
    func logsWhatWasSent(index: Int) throws {
        let (bytes, reason) = Self.details[index]
        let dialogue = Dialogue {
            $0.limits = RequestLimits(line: 50, fields: 10, fieldSize: 50, body: 1000)
        }
        dialogue.receive(bytes)
        let note = try #require(dialogue.notes.first)
        #expect(note.reason.contains(reason), "\(note.reason)")
        #expect(!note.reason.contains("secret") && !note.reason.contains("sss"))
    }

    private static let cuts: [(bytes: String, status: Int?)] = [
        ("G", 400), ("GET / HTTP/1.1\r\nHost: x\r\n", 400), (Situation.put + "\r\nab", 400),
        ("", nil),
    ]

    /// A client that ends its side within a request is told; before one it just ends.
    @Test(arguments: cuts.indices)
    func answersAClientThatEndsWithinARequest(index: Int) {
        let (bytes, status) = Self.cuts[index]
        let dialogue = Dialogue()
        if !bytes.isEmpty { dialogue.receive(bytes) }
        dialogue.handle(.ended)
        #expect(dialogue.logged.map(\.status) == (status.map { [$0] } ?? []))
        #expect(dialogue.notes.map(\.status) == (status.map { [$0] } ?? []))
        #expect(dialogue.machine.kind == (status == nil ? .closed : .lingering))
    }

    // MARK: PROXY headers

    private static func proxied(trusts: Bool = true) -> Dialogue {
        Dialogue {
            $0.proxyParser = ProxyHeaderParser()
            $0.isProxy = { _ in trusts }
            $0.keepalive = .seconds(5)
        }
    }

    private static let line = "PROXY TCP4 192.0.2.7 192.0.2.1 4712 80\r\n"

    /// The PROXY header comes once, and what is behind it is the first request.
    @Test func takesOffThePROXYHeaderAtEveryCut() {
        let bytes =
            Self.line + "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
        for cut in 1..<bytes.utf8.count {
            let dialogue = Self.proxied()
            var targets: [String] = []
            for part in [bytes.prefix(cut), bytes.dropFirst(cut)] {
                dialogue.receive(String(part))
                while targets.count < 3, let exchange = dialogue.running {
                    targets.append(exchange.request?.target ?? "")
                    #expect("\(exchange.client)" == "192.0.2.7:4712")
                    #expect(exchange.peer == Dialogue.client)
                    dialogue.respond(Response(text: ""))
                }
            }
            #expect(targets == ["/a", "/b"], "cut at \(cut)")
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "PROXY nonsense\r\n",
        "PROXY TCP4 192.0.2.7 192.0.2.1 99999 80\r\n",
    ])
    func closesAConnectionWithoutPROXYHeader(bytes: String) {
        let dialogue = Self.proxied()
        dialogue.receive(bytes)
        #expect(dialogue.machine.kind == .lingering && dialogue.sent.isEmpty)
        #expect(dialogue.notes.map(\.status) == [nil] && dialogue.logged.isEmpty)
        #expect(dialogue.notes.first?.message.contains(": closed: ") == true)
    }

    @Test func closesAPeerThatMayNotSendPROXYHeaders() {
        let dialogue = Self.proxied(trusts: false)
        #expect(dialogue.machine.kind == .lingering && dialogue.sent.isEmpty)
        #expect(dialogue.notes.map(\.reason) == ["the peer is not in proxy_allow_ips"])
    }

    @Test func closesAPeerThatEndsWithinThePROXYHeader() {
        let dialogue = Self.proxied()
        dialogue.receive("PROXY TCP4")
        dialogue.handle(.ended)
        #expect(dialogue.machine.kind == .lingering && dialogue.sent.isEmpty)
        #expect(dialogue.notes.count == 1 && dialogue.logged.isEmpty)
    }

    @Test func keepsTheClientOfThePROXYHeader() {
        let dialogue = Self.proxied()
        dialogue.receive(Self.line)
        #expect(dialogue.machine.kind == .idle && dialogue.machine.requests == 0)
        for _ in 0..<2 {
            dialogue.receive(Situation.get)
            #expect(dialogue.running.map { "\($0.client)" } == "192.0.2.7:4712")
            dialogue.respond(Response(text: ""))
        }
    }

    /// Version 2 says that the client speaks TLS; each request on the connection is of https.
    @Test func keepsTheSchemeOfThePROXYHeader() {
        let dialogue = Self.proxied()
        let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
        let addresses: [UInt8] = [192, 0, 2, 7, 192, 0, 2, 1, 1, 2, 0, 80]
        let tls: [UInt8] = [0x20, 0, 5, 1, 0, 0, 0, 0]
        let header =
            signature + [0x21, 0x11, 0, UInt8(addresses.count + tls.count)] + addresses + tls
        dialogue.receive(header)
        for _ in 0..<2 {
            #expect(dialogue.machine.kind == .idle)
            dialogue.receive("GET https://x/ HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(dialogue.running?.request?.scheme == "https")
            dialogue.respond(Response(text: ""))
        }
    }

    /// RFC 9110 section 7.4: whether the client speaks TLS is known when the peer is.
    @Test(arguments: [
        (true, "X-Forwarded-Proto: https\r\n", nil), (true, "Forwarded: proto=https\r\n", nil),
        (true, "X-Forwarded-Proto: http\r\n", 421), (true, "", 421),
        (false, "X-Forwarded-Proto: https\r\n", 421),
    ])
    func takesAnHTTPSTargetOfAGatewayThatSpeaksTLS(trusts: Bool, field: String, status: Int?) {
        let dialogue = Dialogue { $0.isTrusted = { _ in trusts } }
        dialogue.receive("GET https://x/ HTTP/1.1\r\nHost: x\r\n\(field)\r\n")
        #expect(dialogue.notes.map(\.status) == (status.map { [$0] } ?? []))
        #expect(dialogue.running?.request?.scheme == (status == nil ? "https" : nil))
    }
}
