import CForktail
package import ForktailSystem

/// The keys that session tickets are encrypted with, in memory that the arbiter shares with its
/// workers.
///
/// They are never written to a file. The arbiter of an upgrade gets them by the descriptor of a
/// memfd, so that clients resume their sessions with it.
package struct SessionTickets: ~Copyable {
    private let memory: FileDescriptor

    /// Makes the memory and the first key.
    ///
    /// - Throws: `.memory`.
    package init() throws(TLSFailure) {
        self.memory = try Self.open(-1)
    }

    /// Shares the keys of the arbiter before this one.
    ///
    /// - Parameter memory: The descriptor of its `number`.
    /// - Throws: `.memory`, also where it is no such memory.
    package init(sharing memory: consuming FileDescriptor) throws(TLSFailure) {
        self.memory = try Self.open(memory.release())
    }

    private static func open(_ inherited: CInt) throws(TLSFailure) -> FileDescriptor {
        let number = forktail_tls_tickets_open(inherited)
        guard number >= 0 else { throw .memory }
        return FileDescriptor(owning: number)
    }

    /// The descriptor's number.
    package var number: CInt { memory.rawValue }

    /// When the key is due to be replaced.
    package func nextRotation(every lifetime: Duration) -> Instant {
        Instant(nanosecondsSinceBoot: forktail_tls_tickets_made() * 1_000_000_000) + lifetime
    }

    /// Replaces the key that was made `lifetime` ago; the one before it still opens tickets.
    ///
    /// - Returns: Whether it was due.
    @discardableResult
    package func rotate(every lifetime: Duration, at now: Instant) -> Bool {
        forktail_tls_tickets_rotate(
            now.sinceBoot.components.seconds,
            lifetime.components.seconds
        )
    }

    /// Makes the keys read-only in a worker.
    package static func protect() {
        forktail_tls_tickets_protect()
    }
}
