import ForktailHTTP

/// What is left of an answer that the socket did not take at once.
final class Output {
    /// Where more comes from, once the bytes are sent.
    enum Source {
        case nothing
        case file(FileRegion, offset: UInt64)
        case stream(next: () throws -> [UInt8]?)
        /// Nothing, before the client has sent the body of its request.
        case requestBody
    }

    /// What is to be sent next, from `position` on.
    private(set) var bytes: [UInt8]
    private(set) var position = 0
    var source: Source
    let transfer: BodyTransfer
    let trailers: Response.Trailers?
    let exchange: Exchange
    /// How much the socket has taken.
    private(set) var taken: UInt64 = 0
    var silence = StreamSilence()
    /// How much that was when the wait for room began last; nil as long as there was none.
    var awaited: UInt64?

    /// Makes the output of an answer.
    ///
    /// - Parameters:
    ///   - head: The encoded head.
    ///   - transfer: What it promises.
    ///   - exchange: The answer.
    init(head: [UInt8], transfer: BodyTransfer, exchange: Exchange) {
        bytes = head
        self.transfer = transfer
        self.exchange = exchange
        trailers = exchange.response.body.trailers
        guard transfer != .none else {
            source = .nothing
            return
        }
        switch exchange.response.body {
        case .bytes(let body):
            bytes += body
            exchange.bodyLength = UInt64(body.count)
            source = .nothing
        case .file(let region):
            source = .file(region, offset: region.offset)
        case .stream(_, let next), .streamWithTrailers(_, let next):
            source = .stream(next: next)
        case .connection:
            source = .nothing
        }
    }

    /// Whether all bytes are sent.
    var isEmpty: Bool { position == bytes.count }

    /// Whether more follows the bytes at once, as nothing does of a stream that has yet to make it.
    var hasMore: Bool {
        if case .file(let region, _) = source { region.length > 0 } else { false }
    }

    /// Notes what the socket has taken of the bytes.
    func take(_ count: Int) {
        position += count
        taken += UInt64(count)
    }

    /// Notes what the socket has taken of the file.
    func takeFile(_ region: FileRegion, upTo offset: UInt64) {
        taken += offset - region.offset - exchange.bodyLength
        exchange.bodyLength = offset - region.offset
        let isComplete = offset == region.offset + region.length
        source = isComplete ? .nothing : .file(region, offset: offset)
    }

    /// Takes in a piece that the stream has given; nil is its end.
    ///
    /// - Throws: What the stream has done wrong.
    func take(piece: [UInt8]?) throws(SendFailure) {
        bytes.removeAll(keepingCapacity: true)
        position = 0
        guard let piece else { return try end() }
        exchange.bodyLength += UInt64(piece.count)
        if case .length(let promised) = transfer, exchange.bodyLength > promised {
            throw .body("the stream is longer than the \(promised) bytes that were promised")
        }
        if transfer == .chunked {
            ChunkedEncoder.appendChunk(of: piece, into: &bytes)
        } else {
            bytes = piece
        }
    }

    private func end() throws(SendFailure) {
        source = .nothing
        if case .length(let promised) = transfer, exchange.bodyLength < promised {
            throw .body(
                "the stream ended after \(exchange.bodyLength) of \(promised) bytes"
            )
        }
        guard transfer == .chunked else { return }
        do {
            ChunkedEncoder.appendEnd(trailers: try trailers?.fields() ?? [:], into: &bytes)
        } catch {
            throw .body("the trailers: \(error)")
        }
    }

    /// How many bytes of the body the client may have, for a log line about a cut answer.
    var sentLength: UInt64 {
        let unsent = UInt64(bytes.count - position)
        return exchange.bodyLength > unsent ? exchange.bodyLength - unsent : 0
    }
}
