import ForktailHTTP
import ForktailValues

/// The handshake of TLS, which comes before the first request and behind a PROXY header.
extension ConnectionMachine {
    /// Whether no byte of the client has been looked at.
    package var awaitsGreeting: Bool {
        if case .greeting = state { true } else { false }
    }

    /// Returns the bytes that were received before the handshake, once.
    package mutating func takeEarlyBytes() -> [UInt8] {
        guard case .greeting(let bytes) = state else { return [] }
        state = .greeting([])
        return bytes
    }

    /// What the client and this server have agreed on; nil without TLS.
    var secureConnection: SecureConnection? {
        if case .established(let connection) = security { connection } else { nil }
    }

    mutating func beginHandshake(at now: Instant, in workspace: Workspace) -> Step {
        if case .greeting = state { state = .handshaking(since: now) }
        return step(at: now, in: workspace)
    }

    mutating func secure(
        _ connection: SecureConnection,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard case .handshaking = state else { return step(at: now, in: workspace) }
        security = .established(connection)
        isSecure = true
        state = .idle(since: now)
        return .receive
    }

    /// The client speaks HTTP: its request is read, so that it learns what to do.
    mutating func expectRedirect(at now: Instant, in workspace: Workspace) -> Step {
        guard case .greeting = state else { return step(at: now, in: workspace) }
        security = .missing
        state = .idle(since: now)
        return .receive
    }

    /// The handshake has failed; the client gets the time to read the alert.
    mutating func failHandshake(
        _ reason: String,
        at now: Instant,
        in workspace: Workspace
    ) -> Step {
        guard case .handshaking = state else { return step(at: now, in: workspace) }
        workspace.note(
            Note(
                level: .info,
                event: .handshakeFailed,
                message: "\(client): TLS handshake failed: \(reason)",
                client: "\(client)",
                request: nil,
                requestID: nil,
                reason: reason,
                status: nil
            )
        )
        state = .endingSending(linger: .seconds(2))
        return .endSending
    }
}
