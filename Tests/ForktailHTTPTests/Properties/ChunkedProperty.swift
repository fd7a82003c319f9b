import ForktailTestSupport

@testable import ForktailHTTP

/// What must hold of any bytes that may be a chunked body.
enum ChunkedProperty {
    /// Limits that short inputs exceed.
    private static let tight = RequestLimits(fields: 2, fieldSize: 16, body: 20)

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        for limits in [RequestLimits(), tight] {
            let whole = decodeChunks(bytes, limits: limits)
            guard whole != .misled else { throw BrokenPromise("consumes or gives too much") }
            try checkCuts(bytes, limits: limits, whole: whole)
            guard case .complete(_, _, let consumed) = whole else { continue }
            let alone = decodeChunks(Array(bytes.prefix(consumed)), limits: limits)
            guard alone == whole else { throw BrokenPromise("looks behind the body: \(whole)") }
        }
    }

    private static func checkCuts(
        _ bytes: [UInt8],
        limits: RequestLimits,
        whole: ChunkedOutcome
    ) throws(BrokenPromise) {
        var generator = SeededGenerator(of: bytes)
        let cuts = generator.cuts(of: bytes.count)
        let maximum = Int.random(in: 1...9, using: &generator)
        let outcomes = [
            decodeChunks(bytes, cuts: 0..<bytes.count, limits: limits),
            decodeChunks(bytes, cuts: cuts, maximum: maximum, limits: limits),
            decodeChunks(bytes, maximum: 1, limits: limits),
        ]
        for outcome in outcomes where outcome != whole {
            throw BrokenPromise("cut at \(cuts), \(maximum) a time: \(outcome), \(whole)")
        }
    }
}
