@_spi(inlined) package import ForktailHTTP
package import ForktailValues

/// What the connections of one driver share: rules, the memory that is used again, and the notes
/// for the log.
///
/// A thread that drives connections has its own.
package final class Workspace {
    package let rules: ConnectionRules
    /// Whether the driver may block for a connection, so that no other thread is needed for it.
    package let mayBlock: Bool
    /// Whether the driver ends a connection as soon as its last response is sent.
    let endsAtOnce: Bool
    /// The stop that was requested, if any.
    package var stop: Stop?
    /// The lines for the error log since the last `takeNotes()`.
    @usableFromInline private(set) var notes: [Note] = []
    /// When memory was freed that only a rush of requests or a large one needs.
    package var lastLargeRelease: Instant?
    /// The encoder of response heads, whose `date` the driver sets once a second.
    package let encoder = ResponseEncoder()
    /// The head of the response that is being sent, with a small body behind it.
    var output = ByteBuffer()
    private var buffers: [RequestBuffer] = []

    /// A stop of the worker.
    package struct Stop: Sendable {
        /// When it was requested.
        package let since: Instant
        /// How long a connection may stay idle from then on.
        package let grace: Duration

        /// Makes the stop that was requested at `since`.
        package init(since: Instant, grace: Duration) {
            self.since = since
            self.grace = grace
        }
    }

    /// Makes the workspace of a driver.
    package init(_ rules: ConnectionRules, mayBlock: Bool, endsAtOnce: Bool) {
        self.rules = rules
        self.mayBlock = mayBlock
        self.endsAtOnce = endsAtOnce
        if let hsts = rules.hsts { encoder.setStrictTransport(hsts) }
        encoder.date = Array("Thu, 01 Jan 1970 00:00:00 GMT".utf8)
    }

    /// Whether there are notes.
    @inlinable package var hasNotes: Bool { !notes.isEmpty }

    /// Returns the notes and forgets them.
    package func takeNotes() -> [Note] {
        defer { notes = [] }
        return notes
    }

    func note(_ note: Note) {
        notes.append(note)
    }

    /// Returns a buffer that is ready for a request of `client`.
    func takeBuffer(
        for client: RemoteAddress,
        behind peer: RemoteAddress,
        isSecure: Bool,
        _ connection: SecureConnection?,
        at now: Instant
    ) -> RequestBuffer {
        let buffer = buffers.popLast() ?? RequestBuffer(rules)
        buffer.begin(for: client, behind: peer, isSecure: isSecure, connection, at: now)
        return buffer
    }

    /// Ends an exchange, and keeps it with its buffer.
    ///
    /// - Returns: The buffer, for the next request; nil where the exchange is over already.
    func end(_ exchange: consuming Exchange) -> RequestBuffer? {
        let buffer = exchange.end()
        buffer?.keep(exchange)
        return buffer
    }

    /// Keeps a buffer for another request.
    func recycle(_ buffer: consuming RequestBuffer, at now: Instant) {
        guard buffers.count < Self.keptBuffers, !buffer.isLarge else {
            lastLargeRelease = now
            return
        }
        buffers.append(buffer)
    }

    private static let keptBuffers = 64
}
