import ForktailConfiguration
import ForktailLog
import ForktailSystem
import ForktailTLS

/// What TLS needs from time to time: new keys for session tickets, and a look at the certificates.
extension Arbiter {
    private static let expiryInterval = Duration.seconds(86_400)

    /// Makes the keys of session tickets when the first settings with HTTPS are loaded, before any
    /// worker of them is forked.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - inherited: The descriptor of the arbiter before this one, if it has left one.
    /// - Returns: The keys; nil for settings without HTTPS.
    /// - Throws: That there is no memory for them.
    static func openTickets(
        for settings: ServiceSettings,
        inherited: CInt?
    ) throws(StartFailure) -> SessionTickets? {
        guard settings.certificates != nil else { return nil }
        do throws(TLSFailure) {
            if let inherited {
                return try SessionTickets(sharing: FileDescriptor(owning: inherited))
            }
            return try SessionTickets()
        } catch {
            throw .system("session tickets: no memory for their keys", .noMemory)
        }
    }

    /// When something of TLS is due; nil without HTTPS.
    var tlsDeadline: Instant? {
        guard generations.current.certificates != nil, let rotation = nextTicketRotation else {
            return nil
        }
        return min(rotation, nextExpiryCheck)
    }

    private var nextTicketRotation: Instant? {
        tickets?.nextRotation(every: generations.current.configuration.sessionTicketRotation)
    }

    /// Does what is due.
    func tendTLS(at now: Instant) {
        guard let store = generations.current.certificates else { return }
        _ = tickets?.rotate(
            every: generations.current.configuration.sessionTicketRotation,
            at: now
        )
        guard now >= nextExpiryCheck else { return }
        nextExpiryCheck = now + Self.expiryInterval
        let seconds = WallClock.now().seconds
        for (entry, message) in store.expiring(within: CertificateStore.notice, of: seconds) {
            logger.warning(
                .certificateExpiring,
                message,
                [
                    LogField("path", entry.file),
                    LogField("days", entry.daysLeft(at: seconds)),
                ]
            )
        }
    }

    /// What the state of the service says of certificates that end soon; empty for none.
    var expiryStatus: String {
        guard let store = generations.current.certificates else { return "" }
        let messages = store.expiring(within: CertificateStore.notice, of: WallClock.now().seconds)
        return messages.map { "; \($0.message)" }.joined()
    }
}
