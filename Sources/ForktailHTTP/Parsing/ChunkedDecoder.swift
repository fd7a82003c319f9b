// Takes the chunked coding off a body as it arrives.
//
// Invariant: the decoder consumes nothing behind the body, and what it says depends on the bytes
// alone, never on how they were cut into reads.

/// The decoder of the chunked transfer coding, RFC 9112 section 7.1.
package struct ChunkedDecoder {
    /// The part of the coding that the decoder is in.
    private enum Phase {
        case sizeLine, data, dataEnd, dataLineFeed, trailers, complete
    }

    private let limits: RequestLimits
    private var phase = Phase.sizeLine
    private var sizeLine = ChunkSizeLine()
    private var remaining: UInt64 = 0
    private var total: UInt64 = 0
    private var extensionLength = 0
    private var trailerSection = TrailerSection()

    /// Makes a decoder at the start of a body.
    package init(limits: RequestLimits) {
        self.limits = limits
    }

    /// Whether the last chunk and the trailer section were read.
    package var isComplete: Bool { phase == .complete }

    /// The fields after the body, RFC 9112 section 7.1.2; none before its end.
    package var trailers: HTTPFields { isComplete ? trailerSection.fields : [:] }

    /// Takes in what has arrived of the coded body.
    ///
    /// - Parameters:
    ///   - input: bytes not yet consumed.
    ///   - maximum: how many body bytes to append at most.
    ///   - output: what they are appended to.
    /// - Returns: how many bytes of `input` were consumed. It is less than all only when the body is
    ///   complete or `maximum` is reached.
    /// - Throws: the first fault of the body. The decoder can't be used after it.
    package mutating func decode(
        _ input: Span<UInt8>,
        upTo maximum: Int,
        into output: inout [UInt8]
    ) throws(RequestFault) -> Int {
        var position = 0
        var room = maximum
        while position < input.count, phase != .complete {
            if phase == .data {
                guard room > 0 else { break }
                let end = dataEnd(from: position, in: input, room: room)
                output.append(input.extracting(position..<end))
                room -= end - position
                take(end - position)
                position = end
            } else {
                try take(input[position])
                position += 1
            }
        }
        return position
    }

    private func dataEnd(from position: Int, in input: Span<UInt8>, room: Int) -> Int {
        let available = min(input.count - position, room)
        return position + Int(min(remaining, UInt64(available)))
    }

    private mutating func take(_ count: Int) {
        remaining -= UInt64(count)
        if remaining == 0 { phase = .dataEnd }
    }

    /// Takes in one byte that is not of the data.
    private mutating func take(_ byte: UInt8) throws(RequestFault) {
        switch phase {
        case .sizeLine:
            guard try sizeLine.take(byte, limit: limits.fieldSize) else { return }
            try beginChunk()
        case .dataEnd:
            guard byte == .carriageReturn else { throw .missingChunkEnd }
            phase = .dataLineFeed
        case .dataLineFeed:
            guard byte == .lineFeed else { throw .missingChunkEnd }
            phase = .sizeLine
        case .trailers:
            if try trailerSection.take(byte, limits: limits) { phase = .complete }
        case .data, .complete:
            break
        }
    }

    private mutating func beginChunk() throws(RequestFault) {
        extensionLength += sizeLine.extensionLength
        guard extensionLength <= limits.fieldSize else { throw .chunkLineTooLong }
        let (sum, overflows) = total.addingReportingOverflow(sizeLine.size)
        guard !overflows, sum <= limits.body else { throw .bodyTooLarge }
        total = sum
        remaining = sizeLine.size
        phase = remaining == 0 ? .trailers : .data
        sizeLine = ChunkSizeLine()
    }
}
