/// How the whole arbiter stops.
package enum StopMode: Hashable, Sendable {
    /// Every worker finishes its request and empties the accept queue: SIGTERM.
    case graceful
    /// Every worker drops what it does: SIGINT, SIGQUIT.
    case quick
}
