import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

/// What one generation of workers is made of: its settings and what was opened for them.
final class ServiceSettings {
    let configuration: Configuration
    let listeners: [Listener]
    let logs: LogFiles
    /// Who the workers are to be; nil for who the arbiter is.
    let credentials: Credentials?

    /// Opens what the configuration names.
    ///
    /// - Parameters:
    ///   - loaded: The configuration.
    ///   - available: Listeners that are open already; those at the right addresses are taken over,
    ///     and those that somebody else has made stay.
    ///   - journalStream: The variable JOURNAL_STREAM.
    /// - Throws: What could not be opened; nothing is left behind then.
    init(
        _ loaded: LoadedConfiguration,
        available: [Listener],
        journalStream: String?
    ) throws(StartFailure) {
        configuration = loaded.configuration
        credentials = try Self.credentials(loaded.configuration)
        let errorLog = try Self.open("errorlog", configuration.errorlog, .standardError)
        let logger = Logger(
            file: errorLog,
            threshold: configuration.loglevel,
            form: configuration.logFormat == .json ? .json : .text,
            journalStream: journalStream
        )
        let accessLog = try configuration.accesslog.map { path throws(StartFailure) in
            try Self.open("accesslog", path, .standardOutput)
        }
        logs = LogFiles(server: logger, access: accessLog)
        listeners = try Self.listen(loaded, available: available, owner: credentials)
        try anticipateListenerModes()
    }

    /// What the supervisor has to know.
    var policy: Policy {
        let processors = ProcessorQuota.availableProcessors()
        return Policy(
            workers: configuration.workers.resolved(processors: processors),
            timeout: configuration.timeout,
            bootTimeout: configuration.bootTimeout,
            gracefulTimeout: configuration.gracefulTimeout,
            shutdownDelay: configuration.shutdownDelay
        )
    }

    /// The listeners as a worker gets them.
    var inheritedListeners: [InheritedListener] {
        listeners.map { InheritedListener($0.shared, endsWithArbiter: !$0.isForeign) }
    }

    /// Whether the workers wait for several descriptors at once, and never in accept(2).
    private var workersPoll: Bool { listeners.count > 1 || configuration.workerClass == .event }

    /// Has the listeners wait no longer than the workers of these settings need it.
    ///
    /// The workers before these cope with listeners that do not block or wake them more often; the
    /// other way round these would block in one listener, or beat too late.
    private func anticipateListenerModes() throws(StartFailure) {
        for listener in listeners {
            do throws(Errno) {
                if workersPoll { try listener.socket.setNonBlocking(true) }
                try listener.waitNoLonger(than: configuration.heartbeatInterval)
            } catch {
                throw .system("listen on \(listener.url): \(error)", error)
            }
        }
    }

    /// Has the listeners wait as the workers of these settings need it, and queue as many.
    func applyListenerModes() throws(StartFailure) {
        for listener in listeners {
            do throws(Errno) {
                try listener.socket.setNonBlocking(workersPoll)
                try listener.wait(for: configuration.heartbeatInterval)
                if !listener.isForeign {
                    try listener.socket.listen(backlog: configuration.backlog)
                }
            } catch {
                throw .system("listen on \(listener.url): \(error)", error)
            }
        }
    }

    private static func listen(
        _ loaded: LoadedConfiguration,
        available: [Listener],
        owner: Credentials?
    ) throws(StartFailure) -> [Listener] {
        let foreign = available.filter(\.isForeign)
        // Who passes sockets and names no address wants these and no others.
        if !foreign.isEmpty, loaded.origin(of: "bind") == .default { return foreign }
        let open = Dictionary(grouping: available, by: \.address)
        let missing = loaded.configuration.bind.filter { open[$0] == nil }
        let factory = ListenerFactory(backlog: loaded.configuration.backlog, owner: owner)
        let fresh = Dictionary(grouping: try factory.listen(at: missing), by: \.address)
        let named = loaded.configuration.bind.flatMap { open[$0] ?? fresh[$0] ?? [] }
        return foreign.filter { !loaded.configuration.bind.contains($0.address) } + named
    }

    private static func credentials(
        _ configuration: Configuration
    ) throws(StartFailure) -> Credentials? {
        guard configuration.user != nil || configuration.group != nil else { return nil }
        do throws(Credentials.UnknownName) {
            return try Credentials(user: configuration.user, group: configuration.group)
        } catch {
            throw .configuration("\(error)")
        }
    }

    private static func open(
        _ setting: String,
        _ path: String,
        _ stream: LogFile.Stream
    ) throws(StartFailure) -> LogFile {
        do throws(Errno) {
            return try LogFile(path: path, stream: stream)
        } catch {
            throw .unavailable("\(setting) \(path): \(error)", error)
        }
    }
}
