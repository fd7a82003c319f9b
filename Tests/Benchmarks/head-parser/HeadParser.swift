// Measures the parser of request heads beside a plain loop in C over the same bytes.
//
// Compiled together with the sources of ForktailHTTP, as the optimiser sees them there. Each line of
// the output is a round: the nanoseconds per head of the parser and of the loop, and how many times
// the heap was asked for memory per head; see Tests/Benchmarks/run.

@main
enum Benchmark {
    /// 320 bytes with 8 fields, as a browser sends them.
    static let head =
        [
            "GET /articles/fork?page=2 HTTP/1.1",
            "Host: www.example.com",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)",
            "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language: en-GB,en;q=0.5",
            "Accept-Encoding: gzip, deflate, br",
            "Cookie: session=8b0d6f2e4a915c37",
            "Connection: keep-alive",
            "Cache-Control: max-age=0",
        ].map { $0 + "\r\n" }.joined() + "\r\n"

    static let repetitions = 50_000

    static func main() throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15
        let bytes = Array(head.utf8)
        guard bytes.count == 320 else { fatalError("\(bytes.count) bytes") }
        let run = ParserRun(bytes)
        _ = try (run.parseHeads(repetitions), scanHeads(bytes))
        for _ in 0..<rounds {
            let before = heap_requests()
            let parser = try nanoseconds { try run.parseHeads(repetitions) }
            let requests = Double(heap_requests() - before) / Double(repetitions)
            let loop = nanoseconds { scanHeads(bytes) }
            print(parser, loop, requests)
        }
    }

    /// The time per repetition, and makes sure that each one found what is there.
    private static func nanoseconds(_ body: () throws -> Int) rethrows -> Double {
        var found = 0
        let spent = try ContinuousClock().measure { found = try body() }
        guard found == repetitions * 8 else { fatalError("\(found) fields") }
        let (seconds, attoseconds) = spent.components
        return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(repetitions)
    }

    @inline(never)
    private static func scanHeads(_ bytes: [UInt8]) -> Int {
        var found = 0
        bytes.withUnsafeBufferPointer { buffer in
            for _ in 0..<repetitions { found += Int(scan_head(buffer.baseAddress, buffer.count)) }
        }
        return found
    }
}

/// What a worker does with a head before the handler is called, and a handler that looks at nothing.
final class ParserRun {
    private let storage = RequestStorage(capacity: 4096)
    private var parser = RequestHeadParser(limits: RequestLimits())

    init(_ bytes: [UInt8]) {
        storage.bytes.append(bytes.span)
    }

    /// How many fields were found.
    @inline(never)
    func parseHeads(_ count: Int) throws(RequestFault) -> Int {
        var found = 0
        for _ in 0..<count {
            let isComplete = try storage.bytes.withSpan { (bytes) throws(RequestFault) in
                try parser.parse(bytes, into: &storage.head)
            }
            guard isComplete else { return 0 }
            found += handle(Request(storage, body: .empty))
        }
        return found
    }

    @inline(never)
    private func handle(_ request: Request) -> Int { storage.head.fields.count }
}
