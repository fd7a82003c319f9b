@_spi(inlined) import ForktailHTTP

/// What is still to be sent of a response.
struct ResponseOutput {
    /// The bytes to be sent next.
    enum Bytes {
        case none
        /// Those of the workspace, from an index on.
        case shared(from: Int)
        case own([UInt8], from: Int)
    }

    /// Where more comes from, once the bytes are sent.
    enum Source {
        case nothing
        case bytes([UInt8])
        case file(FileRegion, offset: UInt64)
        case stream(next: () throws -> [UInt8]?)
        case sequence(Response.ByteSequence)
        case connection(serve: (ByteStream) throws -> Void)
    }

    var bytes = Bytes.none
    var source = Source.nothing
    /// What the head has promised of the body.
    var transfer = BodyTransfer.none
    /// How many of the next bytes are not of the body: the head, or the size of a chunk.
    private var overhead = 0
    /// How many bytes of the body are among `bytes`.
    private var bodyLeft = 0
    /// How many bytes of the body the stream has given.
    private var given: UInt64 = 0
    /// Whether the socket has taken anything, so that no other response can be sent.
    private(set) var hasBegun = false

    /// Takes a head, which the workspace holds, with the given number of bytes of the body
    /// behind it.
    mutating func load(
        head: Int,
        copiedBody: Int,
        source: consuming Source,
        transfer: BodyTransfer
    ) {
        bytes = .shared(from: 0)
        overhead = head
        bodyLeft = copiedBody
        self.source = consume source
        self.transfer = transfer
    }

    /// Whether something follows the bytes at hand at once, as the bytes of a stream don't: bytes, or
    /// the end of the connection, where that follows the response.
    func hasMore(beforeEnd: Bool) -> Bool {
        switch source {
        case .nothing: beforeEnd
        case .bytes(let bytes): !bytes.isEmpty
        case .file(let region, _): region.length > 0
        case .stream, .sequence, .connection: false
        }
    }

    /// Notes that the socket took bytes.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - shared: The bytes of the workspace, whose rest is kept.
    /// - Returns: How many of them were of the body.
    mutating func take(_ count: Int, of shared: borrowing ByteBuffer) -> UInt64 {
        hasBegun = hasBegun || count > 0
        let skipped = min(count, overhead)
        let body = min(count - skipped, bodyLeft)
        overhead -= skipped
        bodyLeft -= body
        switch bytes {
        case .none:
            break
        case .shared(let start) where start + count == shared.count:
            bytes = .none
        case .shared(let start):
            let rest = unsafe shared.withBytes { unsafe Array($0[(start + count)...]) }
            bytes = .own(rest, from: 0)
        case .own(let own, let start):
            bytes = start + count == own.count ? .none : .own(own, from: start + count)
        }
        return UInt64(body)
    }

    /// Notes that an interim response was cut, behind which no response can follow.
    mutating func noteCutInterim() { hasBegun = true }

    /// Notes that the socket took `count` bytes of the file.
    mutating func takeFile(_ count: UInt64) {
        guard case .file(let region, let offset) = source else { return }
        let next = offset + count
        source = next == region.offset + region.length ? .nothing : .file(region, offset: next)
    }

    /// Has the bytes of the source sent next.
    mutating func loadBytes(_ body: [UInt8]) {
        source = .nothing
        bytes = body.isEmpty ? .none : .own(body, from: 0)
        bodyLeft = body.count
    }

    /// Has a piece of the stream sent next.
    ///
    /// - Throws: Why the piece breaks the promise of the head.
    mutating func load(piece: [UInt8]) throws(ConnectionMachine.Failure) {
        given += UInt64(piece.count)
        if case .length(let promised) = transfer, given > promised {
            throw .body("the stream is longer than the \(promised) bytes that were promised")
        }
        guard transfer == .chunked else { return loadPiece(piece, overhead: 0, count: piece.count) }
        var chunk: [UInt8] = []
        ChunkedEncoder.appendChunk(of: piece, into: &chunk)
        loadPiece(chunk, overhead: chunk.count - piece.count - 2, count: piece.count)
    }

    private mutating func loadPiece(_ encoded: [UInt8], overhead: Int, count: Int) {
        bytes = .own(encoded, from: 0)
        self.overhead = overhead
        bodyLeft = count
    }

    /// Has the end of the stream sent next.
    ///
    /// - Throws: Why the response is not whole.
    mutating func loadEnd(_ trailers: Response.Trailers?) throws(ConnectionMachine.Failure) {
        source = .nothing
        if case .length(let promised) = transfer, given < promised {
            throw .body("the stream ended after \(given) of \(promised) bytes")
        }
        guard transfer == .chunked else { return }
        do {
            var end: [UInt8] = []
            ChunkedEncoder.appendEnd(trailers: try trailers?.fields() ?? [:], into: &end)
            bytes = .own(end, from: 0)
            (overhead, bodyLeft) = (end.count, 0)
        } catch {
            throw .body("the trailers: \(error)")
        }
    }
}
