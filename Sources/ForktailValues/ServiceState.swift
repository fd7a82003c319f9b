/// What an arbiter publishes of its service.
package struct ServiceState: Sendable {
    /// How far the life of the service has come.
    package enum Phase: UInt32, Sendable {
        /// No worker has ever been ready.
        case booting
        /// It serves.
        case serving
        /// It was told to stop.
        case stopping

        /// The word for it.
        package var name: String {
            switch self {
            case .booting: "booting"
            case .serving: "serving"
            case .stopping: "stopping"
            }
        }
    }

    /// A live worker.
    package struct Worker: Sendable {
        /// How far it has come.
        package enum Stage: UInt32, Sendable {
            case booting
            case ready
            /// It was asked to leave.
            case leaving
        }

        package var process: Int32
        package var slot: Int
        package var generation: Int
        package var stage: Stage
        /// The number of its entry on the scoreboard.
        package var score: Int
        /// Whether it runs a program, of whose requests nothing is known.
        package var isProgram: Bool
        package var started: Instant

        /// Makes the worker of its facts.
        package init(
            process: Int32,
            slot: Int,
            generation: Int,
            stage: Stage,
            score: Int,
            isProgram: Bool,
            started: Instant
        ) {
            self.process = process
            self.slot = slot
            self.generation = generation
            self.stage = stage
            self.score = score
            self.isProgram = isProgram
            self.started = started
        }
    }

    /// A listener and its queue.
    package struct Listener: Sendable {
        /// `http://127.0.0.1:8000`.
        package var url: String
        /// How many connections wait to be accepted; nil where the kernel does not tell.
        package var queue: Int?
        /// How many may wait.
        package var limit: Int?

        /// Makes the listener of its facts.
        package init(url: String, queue: Int?, limit: Int?) {
            self.url = url
            self.queue = queue
            self.limit = limit
        }
    }

    /// When it was published.
    package var published = Instant(nanosecondsSinceBoot: 0)
    /// When the arbiter started.
    package var started = Instant(nanosecondsSinceBoot: 0)
    /// The arbiter.
    package var process: Int32 = 0
    /// Name and version.
    package var title = ""
    /// The configuration file; empty where there is none.
    package var file = ""
    package var phase = Phase.booting
    /// A change of the number of workers by load.
    package struct ScalingStep: Equatable, Sendable {
        package var time: Instant
        package var from: Int
        package var to: Int
        /// Why, in words.
        package var reason: String

        /// Makes the step of its facts.
        package init(time: Instant, from: Int, to: Int, reason: String) {
            self.time = time
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    /// The numbers of workers.
    package var wanted = 0
    /// The bounds of `wanted`; nil where the load does not change it.
    package var bounds: ClosedRange<Int>?
    /// The last change of `wanted` by load.
    package var lastScaling: ScalingStep?
    /// How many bytes all workers may occupy as far as the load decides; nil for any number.
    package var memoryLimit: Int?
    /// Whether that limit keeps the load from adding workers.
    package var isHeld = false
    package var ready = 0
    package var booting = 0
    package var leaving = 0
    /// The generation in force.
    package var generation = 0
    /// The generation that a reload puts in force.
    package var reloading: Int?
    /// When the last reload ended.
    package var reloaded: Instant?
    /// When the first certificate ends, in seconds since 1970; nil without HTTPS.
    package var certificateEnd: Int64?
    /// Why the last reload failed, if it did.
    package var reloadFailure: String?
    /// The arbiter that serves beside this one: the other one of an upgrade.
    package var otherProcess: Int32?
    /// The level that prevails over that of the settings.
    package var logLevel: LogLevel?
    package var counters = ServiceCounters()
    package var listeners: [Listener] = []
    package var workers: [Worker] = []
    /// What the workers did that are gone.
    package var ended = Work()

    /// Makes the state of a service of which nothing is known.
    package init() {}

    /// Whether clients are served, and will be: at least one worker is ready and no stop is under way.
    package var isReady: Bool { phase == .serving && ready > 0 }
}

/// What the arbiter counts.
package struct ServiceCounters: Equatable, Sendable {
    /// Why a worker has ended.
    package enum End: String, CaseIterable, Sendable {
        case crashed
        case outOfMemory = "out_of_memory"
        case otherProcess = "other_process"
        case left
        case bootFailed = "boot_failed"
        case timeout
        case bootTimeout = "boot_timeout"
        case gracefulTimeout = "graceful_timeout"
        case maxRequests = "max_requests"
        case maxLifetime = "max_lifetime"
        case maxMemory = "max_memory"
        case stuckThread = "stuck_thread"
        case command
        case reload
        case scale
        case stop
        case other
    }

    private static let others = 6
    /// How many counters there are.
    package static let count = others + End.allCases.count

    /// All of them, in one order.
    package var values: [UInt64]

    /// Makes counters that are zero.
    package init() {
        values = [UInt64](repeating: 0, count: Self.count)
    }

    /// Workers that were forked.
    package var spawns: UInt64 {
        get { values[0] }
        set { values[0] = newValue }
    }

    package var reloads: UInt64 {
        get { values[1] }
        set { values[1] = newValue }
    }

    package var failedReloads: UInt64 {
        get { values[2] }
        set { values[2] = newValue }
    }

    /// Commands of the control socket.
    package var commands: UInt64 {
        get { values[3] }
        set { values[3] = newValue }
    }

    /// Steps of scaling by load: because all workers were busy, and because some were idle.
    package var growths: UInt64 {
        get { values[4] }
        set { values[4] = newValue }
    }

    package var shrinkages: UInt64 {
        get { values[5] }
        set { values[5] = newValue }
    }

    /// How many workers have ended for a reason.
    package subscript(end: End) -> UInt64 {
        get { values[Self.others + (End.allCases.firstIndex(of: end) ?? 0)] }
        set { values[Self.others + (End.allCases.firstIndex(of: end) ?? 0)] = newValue }
    }
}

/// A line of the log about the life of the service.
package struct JournalEvent: Sendable {
    /// Counted from 1.
    package var number: UInt64
    /// Since 1970.
    package var milliseconds: Int64
    package var level: LogLevel
    /// The name of a `LogEvent`.
    package var name: String
    package var message: String

    /// Makes the event of its facts.
    package init(
        number: UInt64,
        milliseconds: Int64,
        level: LogLevel,
        name: String,
        message: String
    ) {
        self.number = number
        self.milliseconds = milliseconds
        self.level = level
        self.name = name
        self.message = message
    }
}

/// A command of the control socket, as it is sent to the arbiter.
package struct ControlCommand: Equatable, Sendable {
    /// The command.
    package enum Kind: UInt32, CaseIterable, Sendable {
        case scale = 1
        case reload
        case upgrade
        case stop
        case quickStop
        case restartWorker
        case logLevel

        /// The name in messages and paths.
        package var name: String {
            switch self {
            case .scale: "scale"
            case .reload: "reload"
            case .upgrade: "upgrade"
            case .stop: "stop"
            case .quickStop: "stop --quick"
            case .restartWorker: "restart-worker"
            case .logLevel: "loglevel"
            }
        }
    }

    /// Chosen by the client, so that a command that is sent twice is done once.
    package var ticket: UInt64
    package var kind: Kind
    /// The number of workers, the slot, or the place of a log level.
    package var argument: Int32
    /// The client's process and user.
    package var process: Int32
    package var user: UInt32

    /// Makes the command.
    package init(ticket: UInt64, kind: Kind, argument: Int32, process: Int32, user: UInt32) {
        self.ticket = ticket
        self.kind = kind
        self.argument = argument
        self.process = process
        self.user = user
    }
}

/// How far a command has come.
package enum CommandState: UInt32, Sendable {
    case pending = 1
    /// It has taken effect.
    case done
    /// It makes no sense in the state of the service.
    case refused
    /// It was tried, and failed.
    case failed
    /// The same, because of mistakes in the configuration.
    case misconfigured
    /// The same, because an address or a file is not available.
    case unavailable

    /// The state of a command that failed as a program that exits with this code.
    package init(failure code: ExitCode?) {
        switch code {
        case .usage, .configuration: self = .misconfigured
        case .unavailable: self = .unavailable
        case .success, .bootFailed, .systemError, .refused, .noPermission, nil: self = .failed
        }
    }
}
