/// A listening socket that a worker gets from its arbiter.
package struct InheritedListener: Sendable {
    /// The socket, open for as long as any worker or the arbiter holds it.
    package let socket: SharedDescriptor
    /// Whether its queue ends with the arbiter, so that a graceful stop has to drain it.
    package let endsWithArbiter: Bool

    /// Makes the listener of a socket.
    package init(_ socket: SharedDescriptor, endsWithArbiter: Bool) {
        self.socket = socket
        self.endsWithArbiter = endsWithArbiter
    }
}

/// What an arbiter hands over to a worker that it has just forked; it exists in the child only.
///
/// Beside it a worker gets the settings and the logs of its generation.
package struct WorkerHandoff: ~Copyable {
    /// The worker's stable place, 0 … n-1.
    package let slot: Int
    /// The generation of its settings, counted from 1.
    package let generation: Int
    /// The arbiter's process; when it is no longer the parent, the arbiter is gone.
    package let arbiter: ProcessID
    /// The sockets to accept connections from.
    package let listeners: [InheritedListener]
    /// The user and groups that the worker changes to; nil to keep those of the arbiter.
    package let credentials: Credentials?
    /// The worker's own entry on the scoreboard.
    package let score: ScoreboardEntry
    /// Through which the arbiter sends the log files that it has reopened.
    package let logChannel: SharedDescriptor
    private let heartbeat: FileDescriptor

    /// Makes the value, after the fork.
    package init(
        slot: Int,
        generation: Int,
        arbiter: ProcessID,
        listeners: [InheritedListener],
        credentials: Credentials?,
        score: ScoreboardEntry,
        logChannel: SharedDescriptor,
        heartbeat: consuming FileDescriptor
    ) {
        self.slot = slot
        self.generation = generation
        self.arbiter = arbiter
        self.listeners = listeners
        self.credentials = credentials
        self.score = score
        self.logChannel = logChannel
        self.heartbeat = heartbeat
    }

    /// Returns the writing end of the heartbeat pipe.
    package consuming func takeHeartbeat() -> FileDescriptor {
        heartbeat
    }
}
