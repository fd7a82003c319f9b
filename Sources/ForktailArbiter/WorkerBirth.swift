package import ForktailConfiguration
package import ForktailLog
package import ForktailSystem

/// What a worker gets from its arbiter; it exists in the child only.
package struct WorkerBirth: ~Copyable {
    /// The worker's stable place, 0 … n-1.
    package let slot: Int
    /// Which settings it serves with, counted from 1.
    package let generation: Int
    /// The arbiter's process; when it is not the parent any more, the arbiter is gone.
    package let arbiter: ProcessID
    /// The settings of its generation.
    package let configuration: Configuration
    /// The listeners' descriptors, open for the life of the process.
    package let listeners: [CInt]
    /// Those of them whose queues end with the arbiter, so that a stop has to serve them dry.
    package let ownListeners: [CInt]
    /// The server's log.
    package let logger: Logger
    /// The access log, where there is one.
    package let accessLog: LogFile?
    /// Who the worker is to be; nil for who the arbiter is.
    package let credentials: Credentials?
    /// Where the arbiter gives the log files anew.
    package let logs: SharedDescriptor
    /// The worker's own entry on the scoreboard.
    package let score: ScoreboardEntry
    private let heartbeat: FileDescriptor
    /// Holds the listeners open.
    private let settings: ServiceSettings

    init(
        slot: Int,
        generation: Int,
        arbiter: ProcessID,
        settings: ServiceSettings,
        score: ScoreboardEntry,
        logs: SharedDescriptor,
        heartbeat: consuming FileDescriptor
    ) {
        self.slot = slot
        self.generation = generation
        self.arbiter = arbiter
        self.settings = settings
        self.score = score
        self.logs = logs
        credentials = settings.credentials
        self.heartbeat = heartbeat
        configuration = settings.configuration
        listeners = settings.listeners.map { $0.socket.rawValue }
        ownListeners = settings.listeners.filter { !$0.isForeign }.map { $0.socket.rawValue }
        logger = settings.logger
        accessLog = settings.accessLog
    }

    /// Gives the writing end of the heartbeat pipe to the worker.
    package consuming func takeHeartbeat() -> FileDescriptor {
        heartbeat
    }
}
