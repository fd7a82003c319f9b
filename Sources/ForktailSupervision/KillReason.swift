/// Why a worker is aborted or killed.
package enum KillReason: Hashable, Sendable {
    /// It was silent for this long.
    case silent(Duration)
    /// It was not ready after this long.
    case bootTimeout(Duration)
    /// It was asked to leave and had not left after this long.
    case gracefulTimeout(Duration)
    /// The arbiter was told to stop once more, or gives up.
    case escalation
}
