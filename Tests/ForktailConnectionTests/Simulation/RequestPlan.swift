import ForktailTestSupport

/// A request of a simulated client, and what its handler does.
struct RequestPlan {
    /// What is wrong with it.
    enum Flaw {
        case none, head, body
        /// Its body never ends.
        case endless
    }

    /// Its number in the world, which its target, its body and its response tell.
    let id: Int
    let method: String
    let minorVersion: Int
    let persists: Bool
    let expects: Bool
    let isChunked: Bool
    let hasTrailer: Bool
    let flaw: Flaw
    /// How many bytes the handler finds in the body.
    let payload: Int
    let answer: AnswerPlan
    private(set) var head: [UInt8] = []
    /// The body as it is sent.
    private(set) var body: [UInt8] = []

    var isHead: Bool { method == "HEAD" }
    var isConnect: Bool { method == "CONNECT" }
    /// What all bytes of its body, and of the response's, are.
    var byte: UInt8 { Self.byte(of: id) }
    var length: Int { head.count + body.count }

    static func byte(of id: Int) -> UInt8 { UInt8(64 + id % 62) }

    init(id: Int, random: inout SeededGenerator) {
        self.id = id
        let takesConnection = random.chance(percent: 5)
        let isTunnel = takesConnection && random.chance(percent: 50)
        let hasBody = !isTunnel && random.chance(percent: 45)
        method = isTunnel ? "CONNECT" : hasBody ? "PUT" : random.choice(["GET", "GET", "HEAD"])
        minorVersion = takesConnection || random.chance(percent: 88) ? 1 : 0
        persists = takesConnection || random.chance(percent: minorVersion == 1 ? 88 : 50)
        isChunked = hasBody && minorVersion == 1 && random.chance(percent: 45)
        hasTrailer = isChunked && random.chance(percent: 30)
        expects = hasBody && minorVersion == 1 && random.chance(percent: 30)
        payload = hasBody ? random.number(expects ? 1 : 0, 250) : 0
        flaw = Self.flaw(hasBody: hasBody, isChunked: isChunked, random: &random)
        answer = AnswerPlan(takesConnection: takesConnection && method != "HEAD", random: &random)
        head = Self.head(self)
        body = Self.body(self, random: &random)
    }

    private static func flaw(
        hasBody: Bool,
        isChunked: Bool,
        random: inout SeededGenerator
    ) -> Flaw {
        switch random.number(0, 99) {
        case 0..<4: .head
        case 4..<12: isChunked ? .body : .none
        case 12..<16: hasBody ? .endless : .none
        default: .none
        }
    }

    private static func head(_ plan: RequestPlan) -> [UInt8] {
        let target = plan.isConnect ? "h\(plan.id):1" : "/\(plan.id)"
        var head = "\(plan.method) \(target) HTTP/1.\(plan.minorVersion)\r\n"
        head += plan.isConnect ? "Host: h\(plan.id):1\r\n" : "Host: x\r\n"
        if plan.flaw == .head { head += "no colon\r\n" }
        if plan.persists, plan.minorVersion == 0 { head += "Connection: keep-alive\r\n" }
        if !plan.persists, plan.minorVersion == 1 { head += "Connection: close\r\n" }
        if case .connection = plan.answer.body, !plan.isConnect {
            head += "Connection: upgrade\r\nUpgrade: x\r\n"
        }
        if plan.expects { head += "Expect: 100-continue\r\n" }
        if plan.isChunked {
            head += "Transfer-Encoding: chunked\r\n"
        } else if plan.method == "PUT" {
            let more = plan.flaw == .endless ? 1_000_000 : 0
            head += "Content-Length: \(plan.payload + more)\r\n"
        }
        return Array((head + "\r\n").utf8)
    }

    private static func body(_ plan: RequestPlan, random: inout SeededGenerator) -> [UInt8] {
        guard plan.isChunked else { return Array(repeating: plan.byte, count: plan.payload) }
        var body: [UInt8] = []
        var rest = plan.payload
        while rest > 0 {
            let count = random.number(1, rest)
            body += Array("\(String(count, radix: 16))\r\n".utf8)
            body += Array(repeating: plan.byte, count: count)
            body += plan.flaw == .body && rest == count ? [33, 33] : [13, 10]
            rest -= count
        }
        guard plan.flaw != .endless else { return body }
        let end =
            plan.flaw == .body ? "zz\r\n" : plan.hasTrailer ? "0\r\nX-T: 1\r\n\r\n" : "0\r\n\r\n"
        return body + Array(end.utf8)
    }
}

extension RequestPlan {
    /// Whether the client, after the request, may still want the connection.
    var wantsMore: Bool { persists && flaw == .none }
}
