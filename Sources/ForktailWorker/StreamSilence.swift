import ForktailSystem

/// How long a stream has given nothing.
///
/// An empty piece is not sent. So nothing would tell that the client has gone, and no other time
/// would run out, however many of them came.
struct StreamSilence {
    private var start: Instant?

    /// Who has ended its side may still read, and can't be told from one that has gone.
    private static let patience = Duration.seconds(1)

    /// Notes a piece; nil is the stream's end.
    ///
    /// - Parameters:
    ///   - piece: What the stream has given.
    ///   - now: When it did.
    ///   - timeout: How long it may give nothing.
    ///   - isAlone: Whether the client has ended its side; asked for only after a while.
    /// - Throws: Why the stream is to be given up.
    mutating func note(
        _ piece: [UInt8]?,
        at now: Instant,
        timeout: Duration?,
        isAlone: @autoclosure () -> Bool
    ) throws(SendFailure) {
        guard let piece, piece.isEmpty else { return start = nil }
        let start = start ?? now
        self.start = start
        let silence = now - start
        if let timeout, silence >= timeout { throw .body("the stream gave nothing within timeout") }
        if silence >= Self.patience, isAlone() { throw .connection(.ended(.brokenPipe)) }
    }
}
