import ForktailConfiguration
import ForktailLog
import ForktailSystem

/// What an observer is started with; with anything else another one is needed.
struct ObserverTask: Equatable {
    /// The numbers of the listeners that it serves.
    let listeners: [CInt]
    private let user: String?
    private let group: String?
    private let loglevel: LogLevel
    private let logFormat: LogFormat
    private let procName: String

    init(_ listeners: [Listener], _ configuration: Configuration) {
        self.listeners = listeners.map(\.number)
        user = configuration.user
        group = configuration.group
        loglevel = configuration.loglevel
        logFormat = configuration.logFormat
        procName = configuration.procName
    }
}

/// What the arbiter holds of an observer: its process, and the ways to and from it.
final class ObserverRecord {
    let process: ProcessID
    let task: ObserverTask
    let started = Instant.now()
    /// When its last sign of life came.
    var heard = Instant.now()
    /// When it is killed; it was asked to leave, then.
    var killAt: Instant?
    private var heartbeat: FileDescriptor?
    private var channel: FileDescriptor?
    private var logChannel: FileDescriptor?

    init(
        process: ProcessID,
        task: ObserverTask,
        heartbeat: consuming FileDescriptor,
        channel: consuming FileDescriptor,
        logChannel: consuming FileDescriptor
    ) {
        self.process = process
        self.task = task
        self.heartbeat = consume heartbeat
        self.channel = consume channel
        self.logChannel = consume logChannel
    }

    /// The pipe's number, or -1 once the observer has closed its end.
    var heartbeatDescriptor: CInt {
        switch heartbeat {
        case .some(let pipe): pipe.rawValue
        case .none: -1
        }
    }

    /// The number of the channel for commands, or -1 once the observer has closed its end.
    var channelDescriptor: CInt {
        switch channel {
        case .some(let socket): socket.rawValue
        case .none: -1
        }
    }

    /// Notes that it lives, if it has said so.
    func readHeartbeats() {
        do throws(Errno) {
            guard let messages = try heartbeat?.readChunk(upTo: 256) else { return }
            if messages.isEmpty { heartbeat = nil } else { heard = .now() }
        } catch {
            // EAGAIN, the only failure of an open pipe, means that it is empty.
        }
    }

    /// More commands than an operator gives in a round; the others wait for the next one.
    private static let commandsOfRound = 16

    /// Reads the commands that it has sent.
    func readCommands() -> [ControlCommand] {
        var commands: [ControlCommand] = []
        for _ in 0..<Self.commandsOfRound {
            switch channel?.receiveCommand() {
            case .command(let command): commands.append(command)
            case .garbage: continue
            case .end:
                channel = nil
                return commands
            case .nothing, nil: return commands
            }
        }
        return commands
    }

    /// Gives it the log file that was opened again.
    ///
    /// - Throws: Why it keeps the old one.
    func give(_ log: Logger) throws(Errno) {
        try logChannel?.give([log.descriptor])
        try Process.send(.user1, to: process)
    }

    /// Closes everything.
    func close() {
        heartbeat = nil
        channel = nil
        logChannel = nil
    }
}

/// When the next observer may be started: at once, unless the last ones have failed.
struct ObserverBackOff {
    private var failures = 0
    /// The earliest time.
    private(set) var due = Instant(nanosecondsSinceBoot: 0)

    /// Notes the end of an observer that was not asked to leave.
    ///
    /// - Returns: How long the next one has to wait.
    mutating func note(lived: Duration, at now: Instant) -> Duration {
        failures = lived > .seconds(10) ? 0 : failures + 1
        let delay: Duration =
            failures < 2 ? .zero : .milliseconds(100) * (1 << min(failures - 2, 10))
        due = now + min(delay, .seconds(60))
        return due - now
    }
}
