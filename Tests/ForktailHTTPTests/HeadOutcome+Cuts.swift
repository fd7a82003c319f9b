import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// Parses `bytes` whole, byte by byte and cut at random, and checks that all say the same.
func outcome(
    of bytes: [UInt8],
    limits: RequestLimits = RequestLimits(),
    headerMap: HeaderMap = .drop,
    sourceLocation: SourceLocation = #_sourceLocation
) -> HeadOutcome {
    let whole = parse(bytes, limits: limits, headerMap: headerMap)
    let bytewise = parse(bytes, cuts: 0..<bytes.count, limits: limits, headerMap: headerMap)
    #expect(bytewise == whole, "fed byte by byte", sourceLocation: sourceLocation)
    var generator = SeededGenerator(seed: Seed.current ^ UInt64(bytes.count))
    for _ in 0..<3 {
        let cuts = generator.cuts(of: bytes.count)
        let parts = parse(bytes, cuts: cuts, limits: limits, headerMap: headerMap)
        let note: Comment = "cut at \(cuts), \(Seed.note)"
        #expect(parts == whole, note, sourceLocation: sourceLocation)
    }
    return whole
}

/// As above, of text.
func outcome(
    of text: String,
    limits: RequestLimits = RequestLimits(),
    headerMap: HeaderMap = .drop,
    sourceLocation: SourceLocation = #_sourceLocation
) -> HeadOutcome {
    outcome(
        of: Array(text.utf8),
        limits: limits,
        headerMap: headerMap,
        sourceLocation: sourceLocation
    )
}

/// A request with `lines` after its request line, and Host unless told otherwise.
func request(_ lines: String..., line: String = "POST / HTTP/1.1", host: String? = "a") -> String {
    let all = [line] + (host.map { ["Host: \($0)"] } ?? []) + lines
    return all.joined(separator: "\r\n") + "\r\n\r\n"
}
