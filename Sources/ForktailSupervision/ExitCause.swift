/// Who wanted a worker's end.
package enum ExitCause: Hashable, Sendable {
    /// Nobody here: it crashed, left by itself, or somebody else killed it.
    case unexpected
    /// It was asked to leave while the others stay.
    case retired(Retirement)
    /// The whole arbiter stops.
    case stopped(StopMode)
    /// It was aborted, and had not to be killed.
    case aborted(KillReason)
    /// It was killed.
    case killed(KillReason)
}
