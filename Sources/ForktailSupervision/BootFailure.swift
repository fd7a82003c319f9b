/// How a worker failed that was never ready, or not for long.
package enum BootFailure: Hashable, Sendable {
    /// There was no process: `fork(2)` or `pipe(2)` failed.
    case notSpawned
    /// It ended before it was ready, or within a second after without having served anybody.
    case exited(ExitStatus)
    /// It was not ready within the boot timeout.
    case timedOut
}
