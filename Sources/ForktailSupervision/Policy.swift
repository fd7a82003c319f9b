/// What a worker is, which decides how it is watched and how it is told to leave.
package enum WorkerKind: Equatable, Sendable {
    /// A worker of forktail's own.
    ///
    /// It beats as soon as it is ready. Its stop signal is sent again until it has left, because one
    /// may be lost around a fork. It drains the listen queues itself.
    case own
    /// Any program.
    ///
    /// It counts as hung only after a first sign of life, because most programs never send one. Its
    /// stop signal is sent once: many programs take a second one as an order to hurry. None drains
    /// the listen queues, so at a stop one of them serves until they are empty.
    case program
}

/// How the number of workers follows the load.
package struct Scaling: Equatable, Sendable {
    /// The most workers; at least as many as the fewest.
    package var maximum: Int
    /// How long a worker must have been idle beyond one that stays before one is retired.
    package var idleTime: Duration
    /// How many bytes all workers may occupy together, as far as the load decides; nil for any number.
    package var memoryLimit: Int?

    /// Makes the bounds of the load's influence.
    package init(maximum: Int, idleTime: Duration, memoryLimit: Int? = nil) {
        self.maximum = maximum
        self.idleTime = idleTime
        self.memoryLimit = memoryLimit
    }
}

/// The settings that decide how many workers there are and how long they may take.
package struct Policy: Equatable, Sendable {
    /// The number of slots, at least one; with `scaling` the fewest.
    package var workers: Int
    /// How the number follows the load; `nil` where it doesn't.
    package var scaling: Scaling?
    /// How long a ready worker may be silent before it counts as hung; `nil` for no limit.
    package var timeout: Duration?
    /// How long a worker may take from its spawn until it is ready.
    package var bootTimeout: Duration
    /// How long a worker that was asked to leave may take to finish its work.
    package var gracefulTimeout: Duration
    /// How long the workers serve after a graceful stop was asked for, so that a load balancer
    /// notices it.
    package var shutdownDelay: Duration
    /// What its workers are.
    package var kind: WorkerKind

    /// Makes a policy of the given settings.
    package init(
        workers: Int,
        scaling: Scaling? = nil,
        timeout: Duration?,
        bootTimeout: Duration,
        gracefulTimeout: Duration,
        shutdownDelay: Duration = .zero,
        kind: WorkerKind = .own
    ) {
        self.workers = workers
        self.scaling = scaling
        self.timeout = timeout
        self.bootTimeout = bootTimeout
        self.gracefulTimeout = gracefulTimeout
        self.shutdownDelay = shutdownDelay
        self.kind = kind
    }
}
