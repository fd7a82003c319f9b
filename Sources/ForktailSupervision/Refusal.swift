/// Why a command was refused.
package enum Refusal: Hashable, Sendable {
    /// The arbiter has not started.
    case notStarted
    /// The arbiter is stopping.
    case stopping
    /// Only one worker is left.
    case lastWorker
}
