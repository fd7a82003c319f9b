import ForktailTestSupport

@_spi(inlined) @testable import ForktailHTTP

/// What must hold of any bytes that may be a request's head.
enum RequestHeadProperty {
    /// Limits that short inputs exceed.
    private static let tight = RequestLimits(line: 32, fields: 3, fieldSize: 24, body: 99)

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        for limits in [RequestLimits(), tight] {
            let whole = parse(bytes, limits: limits)
            try checkCuts(bytes, limits: limits, whole: whole)
            guard let head = whole.head else { continue }
            guard readsTheSameAgain(head) else { throw BrokenPromise("reads otherwise: \(head)") }
            try checkLimits(head, of: bytes, limits)
            try readAll(bytes)
        }
    }

    /// Whether the head, written as the grammar has it, is parsed to the same.
    static func readsTheSameAgain(_ head: ParsedHead) -> Bool {
        parse(serialize(head)).head.map(contents) == contents(head)
    }

    private static func serialize(_ head: ParsedHead) -> [UInt8] {
        let lines = ["\(head.method) \(head.target) HTTP/1.\(head.minorVersion)"] + head.fields
        let text = lines.map { $0 + "\r\n" }.joined() + "\r\n"
        return Array(text.utf8)
    }

    /// The head without its lengths, which white space and escapes change.
    private static func contents(_ head: ParsedHead) -> ParsedHead {
        var contents = head
        contents.length = 0
        contents.lineLength = 0
        return contents
    }

    private static func checkCuts(
        _ bytes: [UInt8],
        limits: RequestLimits,
        whole: HeadOutcome
    ) throws(BrokenPromise) {
        var generator = SeededGenerator(of: bytes)
        for cuts in [Array(0..<bytes.count), generator.cuts(of: bytes.count)] {
            let parts = parse(bytes, cuts: cuts, limits: limits)
            guard parts == whole else { throw BrokenPromise("cut at \(cuts): \(parts), \(whole)") }
        }
    }

    private static func checkLimits(
        _ head: ParsedHead,
        of bytes: [UInt8],
        _ limits: RequestLimits
    ) throws(BrokenPromise) {
        guard head.length <= bytes.count, head.lineLength <= limits.line,
            head.fields.count <= limits.fields
        else { throw BrokenPromise("beyond a limit: \(head)") }
        if case .length(let length) = head.framing, length > limits.body {
            throw BrokenPromise("a body of \(length) bytes")
        }
    }

    /// Asks for everything that a handler may ask of the request.
    private static func readAll(_ bytes: [UInt8]) throws(BrokenPromise) {
        let storage = RequestStorage(capacity: 0)
        storage.bytes.append(bytes.span)
        var parser = RequestHeadParser(limits: RequestLimits())
        guard (try? parser.parse(bytes.span, into: &storage.head)) == true else {
            throw BrokenPromise("another answer the second time")
        }
        // A fault is as good as an answer.
        try? storage.takeForwardedFields { $0 != .unix }
        let request = Request(storage, body: .empty)
        // As bytes: a combining mark behind the slash makes another character of both.
        let path = request.path.utf8
        guard path.first == UInt8(ascii: "/") || ["", "*"].contains(request.path) else {
            throw BrokenPromise("the path \(request.path)")
        }
        guard !request.pathBytes.contains(0) else { throw BrokenPromise("NUL in the path") }
        guard request.path == String(decoding: request.pathBytes, as: UTF8.self) else {
            throw BrokenPromise("the path \(request.path) of \(request.pathBytes)")
        }
        guard request.target.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw BrokenPromise("the target \(request.target)")
        }
        readValues(request)
    }

    private static func readValues(_ request: Request) {
        _ = (request.query, request.fields, request.authority, request.contentType)
        _ = (request.cookies, request.preconditions, request.ranges(ofLength: 1000))
        _ = request.preferences(in: .accept)
        _ = request.preferredMediaType(among: ["text/html", "application/json"])
        _ = request.preferredEncoding(among: ["gzip"])
        _ = request.preferredLanguage(among: ["en-GB"])
    }
}
