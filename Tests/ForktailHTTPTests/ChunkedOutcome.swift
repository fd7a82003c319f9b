@testable import ForktailHTTP

/// What a decoder made of some bytes.
enum ChunkedOutcome: Equatable {
    case complete(body: String, trailers: [String], consumed: Int)
    case incomplete(body: String)
    case refused(RequestFault)
    /// The decoder consumed nothing although it could, or gave more than it was asked for.
    case misled
}

/// Decodes `bytes` in parts, at most `maximum` body bytes a time.
func decodeChunks(
    _ bytes: [UInt8],
    cuts: some Sequence<Int> = [],
    maximum: Int = 1 << 20,
    limits: RequestLimits = RequestLimits()
) -> ChunkedOutcome {
    var run = ChunkedRun(decoder: ChunkedDecoder(limits: limits), maximum: maximum)
    do throws(RequestFault) {
        for end in Array(cuts) + [bytes.count] {
            guard try run.decode(bytes, to: end) else { return .misled }
        }
    } catch {
        return .refused(error)
    }
    return run.outcome
}

/// A decoder at work.
private struct ChunkedRun {
    var decoder: ChunkedDecoder
    let maximum: Int
    private var body: [UInt8] = []
    private var consumed = 0

    init(decoder: ChunkedDecoder, maximum: Int) {
        self.decoder = decoder
        self.maximum = maximum
    }

    /// Decodes what there is before `end`, and says whether the decoder kept to its contract.
    mutating func decode(_ bytes: [UInt8], to end: Int) throws(RequestFault) -> Bool {
        while consumed < end, !decoder.isComplete {
            let before = body.count
            let part = bytes.span.extracting(consumed..<end)
            let count = try decoder.decode(part, upTo: maximum, into: &body)
            guard count > 0, count <= part.count, body.count - before <= maximum else {
                return false
            }
            consumed += count
        }
        return true
    }

    var outcome: ChunkedOutcome {
        let text = String(decoding: body, as: UTF8.self)
        guard decoder.isComplete else { return .incomplete(body: text) }
        let trailers = decoder.trailers.map { "\($0.name): \($0.value)" }
        return .complete(body: text, trailers: trailers, consumed: consumed)
    }
}
