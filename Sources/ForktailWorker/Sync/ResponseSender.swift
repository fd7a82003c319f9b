import ForktailHTTP
import ForktailSystem

/// Sends responses over one connection.
///
/// A body that isn't what its head promised is cut, never made to look complete.
struct ResponseSender {
    let connection: Connection
    /// How long a client may take nothing.
    let patience: Duration
    /// What the client has sent already of what an application gets that takes the connection.
    var early: [UInt8] = []

    /// Sends head and body.
    ///
    /// - Parameters:
    ///   - body: The body of the response.
    ///   - transfer: What its head has promised.
    ///   - head: The encoded head.
    /// - Returns: How many bytes of the body went out.
    /// - Throws: Why it was not all of them.
    func send(
        _ body: Response.Body,
        as transfer: BodyTransfer,
        after head: [UInt8]
    ) throws(SendFailure) -> UInt64 {
        if case .connection(_, let serve) = body { return try handOver(to: serve, after: head) }
        guard transfer != .none else {
            try transmit(head)
            return 0
        }
        switch body {
        case .bytes(let bytes):
            try sendTogether(head, bytes)
            return UInt64(bytes.count)
        case .file(let region):
            return try send(region, after: head)
        case .stream(_, let next):
            return try send(next, as: transfer, after: head)
        case .streamWithTrailers(let trailers, let next):
            return try send(next, as: transfer, after: head, trailers: trailers)
        case .connection:
            return 0
        }
    }

    /// Up to this size it is cheaper to copy a body behind its head than to send it by itself.
    private static let copiedSize = 16_384

    private func sendTogether(_ head: [UInt8], _ bytes: [UInt8]) throws(SendFailure) {
        if bytes.count <= Self.copiedSize {
            try transmit(head + bytes)
        } else {
            try transmit(head, more: true)
            try transmit(bytes)
        }
    }

    private func send(_ region: FileRegion, after head: [UInt8]) throws(SendFailure) -> UInt64 {
        try transmit(head, more: region.length > 0)
        do throws(ConnectionFailure) {
            let sent = try connection.send(region, patience: patience)
            if sent == region.length { return sent }
        } catch {
            throw .connection(error)
        }
        throw .body("the file became shorter while it was sent")
    }

    private func send(
        _ next: () throws -> [UInt8]?,
        as transfer: BodyTransfer,
        after head: [UInt8],
        trailers: Response.Trailers? = nil
    ) throws(SendFailure) -> UInt64 {
        try transmit(head)
        var sent: UInt64 = 0
        var silence = StreamSilence()
        while let bytes = try pull(next) {
            sent += UInt64(bytes.count)
            // The heartbeat does not beat meanwhile, so that the timeout counts anyway.
            try silence.note(bytes, at: .now(), timeout: nil, isAlone: connection.hasEnded)
            if case .length(let promised) = transfer, sent > promised {
                throw .body("the stream is longer than the \(promised) bytes that were promised")
            }
            try transmit(encoded(bytes, as: transfer))
        }
        if case .length(let promised) = transfer, sent < promised {
            throw .body("the stream ended after \(sent) of \(promised) bytes")
        }
        if transfer == .chunked {
            try transmit(end(with: trailers))
        }
        return sent
    }

    private func pull(_ next: () throws -> [UInt8]?) throws(SendFailure) -> [UInt8]? {
        do {
            return try next()
        } catch {
            throw .body("the stream threw \(error)")
        }
    }

    private func end(with trailers: Response.Trailers?) throws(SendFailure) -> [UInt8] {
        var end: [UInt8] = []
        do {
            ChunkedEncoder.appendEnd(trailers: try trailers?.fields() ?? [:], into: &end)
        } catch {
            throw .body("the trailers: \(error)")
        }
        return end
    }

    /// Sends the head and lets the application have the connection.
    private func handOver(
        to serve: (ByteStream) throws -> Void,
        after head: [UInt8]
    ) throws(SendFailure) -> UInt64 {
        try transmit(head)
        let channel = ConnectionChannel(connection, early: early, patience: patience)
        do {
            try serve(ByteStream(channel))
        } catch let error as ByteStreamError {
            throw .takenConnection(error)
        } catch {
            throw .body("the application threw \(error)")
        }
        return channel.written
    }

    private func encoded(_ bytes: [UInt8], as transfer: BodyTransfer) -> [UInt8] {
        guard transfer == .chunked else { return bytes }
        var chunk: [UInt8] = []
        ChunkedEncoder.appendChunk(of: bytes, into: &chunk)
        return chunk
    }

    private func transmit(_ bytes: [UInt8], more: Bool = false) throws(SendFailure) {
        do throws(ConnectionFailure) {
            try connection.send(bytes, more: more, patience: patience)
        } catch {
            throw .connection(error)
        }
    }
}
