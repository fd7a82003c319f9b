/// What a worker was last asked to do, and why.
package enum Order: Hashable, Sendable {
    /// Nothing: it serves, or boots.
    case none
    /// Finish the request and leave, while the others stay.
    case retire(Retirement)
    /// Leave, since the whole arbiter stops.
    case stop(StopMode)
    /// Abort the request and die.
    case abort(KillReason)
    /// Die.
    case kill(KillReason)
}
