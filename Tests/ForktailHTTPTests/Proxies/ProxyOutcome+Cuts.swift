import ForktailTestSupport
import Testing

@testable import ForktailHTTP

/// Parses `bytes` whole, byte by byte and cut at random, and checks that all say the same.
func proxyOutcome(
    of bytes: [UInt8],
    version: ProxyHeader.Version? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) -> ProxyOutcome {
    let whole = parseProxy(bytes, version: version)
    let bytewise = parseProxy(bytes, cuts: 0..<bytes.count, version: version)
    #expect(bytewise == whole, "fed byte by byte", sourceLocation: sourceLocation)
    var generator = SeededGenerator(seed: Seed.current ^ UInt64(bytes.count))
    for _ in 0..<3 {
        let cuts = generator.cuts(of: bytes.count)
        let parts = parseProxy(bytes, cuts: cuts, version: version)
        let note: Comment = "cut at \(cuts), \(Seed.note)"
        #expect(parts == whole, note, sourceLocation: sourceLocation)
    }
    return whole
}

/// As above, of text.
func proxyOutcome(
    of text: String,
    version: ProxyHeader.Version? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) -> ProxyOutcome {
    proxyOutcome(of: Array(text.utf8), version: version, sourceLocation: sourceLocation)
}
