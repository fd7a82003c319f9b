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
