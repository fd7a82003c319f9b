/// The settings that decide how many workers there are and how long they may take.
package struct Policy: Equatable, Sendable {
    /// The number of slots; at least one.
    package var workers: Int
    /// How long a ready worker may be silent before it counts as hung; `nil` for no limit.
    package var timeout: Duration?
    /// How long a worker may take from its spawn until it is ready.
    package var bootTimeout: Duration
    /// How long a worker that was asked to leave may take to finish its work.
    package var gracefulTimeout: Duration
    /// How long the workers serve after a graceful stop was asked for, so that a load balancer
    /// notices it.
    package var shutdownDelay: Duration

    /// Makes a policy of the given settings.
    package init(
        workers: Int,
        timeout: Duration?,
        bootTimeout: Duration,
        gracefulTimeout: Duration,
        shutdownDelay: Duration = .zero
    ) {
        self.workers = workers
        self.timeout = timeout
        self.bootTimeout = bootTimeout
        self.gracefulTimeout = gracefulTimeout
        self.shutdownDelay = shutdownDelay
    }
}
