/// Why a command was refused.
package enum Refusal: Hashable, Sendable {
    /// The arbiter has not started.
    case notStarted
    /// The arbiter is stopping.
    case stopping
    /// Only one worker is left.
    case lastWorker
    /// All workers were retired.
    case noWorker
    /// A reload, or the way back from one, is under way.
    case reloading
    /// An upgrade is under way.
    case upgrading
    /// The new arbiter of an earlier upgrade runs.
    case upgraded
    /// The arbiter that this one was started by, to upgrade it, still runs.
    case predecessorRuns
}
