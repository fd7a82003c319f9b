import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem

/// What one generation of workers is made of: its settings and what was opened for them.
final class ServiceSettings {
    let configuration: Configuration
    let listeners: [Listener]
    let logger: Logger
    let accessLog: LogFile?

    /// Opens what the configuration names; what `previous` has open already is taken over.
    init(
        _ configuration: Configuration,
        previous: ServiceSettings?,
        journalStream: String?
    ) throws(StartFailure) {
        self.configuration = configuration
        let errorLog = try Self.open("errorlog", configuration.errorlog, .standardError)
        logger = Logger(
            file: errorLog,
            threshold: Severity(configuration.loglevel),
            form: configuration.logFormat == .json ? .json : .text,
            journalStream: journalStream
        )
        if let path = configuration.accesslog {
            accessLog = try Self.open("accesslog", path, .standardOutput)
        } else {
            accessLog = nil
        }
        listeners = try Self.listen(configuration, previous: previous)
        // The workers before these cope with listeners that do not block or wake them more often;
        // the other way round these would block in one listener, or beat too late.
        let isMoreOften =
            configuration.heartbeatInterval < previous.map(\.configuration.heartbeatInterval)
            ?? .zero
        if listeners.count > 1 || isMoreOften { try applyListenerModes() }
    }

    /// What the supervisor has to know.
    var policy: Policy {
        let processors = ProcessorQuota.availableProcessors()
        return Policy(
            workers: configuration.workers.resolved(processors: processors),
            timeout: configuration.timeout,
            bootTimeout: configuration.bootTimeout,
            gracefulTimeout: configuration.gracefulTimeout
        )
    }

    /// Opens the log files anew, after they were renamed.
    func reopenLogs() throws(Errno) {
        try logger.reopen()
        try accessLog?.reopen()
    }

    /// Has the listeners wait as the workers of these settings need it, and queue as many.
    func applyListenerModes() throws(StartFailure) {
        for listener in listeners {
            do throws(Errno) {
                try listener.socket.setNonBlocking(listeners.count > 1)
                try listener.socket.setReceiveTimeout(configuration.heartbeatInterval)
                try listener.socket.setSendTimeout(configuration.heartbeatInterval)
                try listener.socket.listen(backlog: configuration.backlog)
            } catch {
                throw .system("listen on \(listener.url): \(error)")
            }
        }
    }

    private static func listen(
        _ configuration: Configuration,
        previous: ServiceSettings?
    ) throws(StartFailure) -> [Listener] {
        let factory = ListenerFactory(
            backlog: configuration.backlog,
            waitingTime: configuration.heartbeatInterval
        )
        var listeners: [Listener] = []
        do throws(StartFailure) {
            for address in configuration.bind {
                let kept = previous?.listeners.filter { $0.address == address } ?? []
                listeners += kept.isEmpty ? try factory.listen(at: address) : kept
            }
        } catch {
            for fresh in listeners where !(previous?.listeners.contains { $0 === fresh } ?? false) {
                fresh.removeFile()
            }
            throw error
        }
        return listeners
    }

    private static func open(
        _ setting: String,
        _ path: String,
        _ stream: LogFile.Stream
    ) throws(StartFailure) -> LogFile {
        do throws(Errno) {
            return try LogFile(path: path, stream: stream)
        } catch {
            throw .unavailable("\(setting) \(path): \(error)")
        }
    }
}

extension Severity {
    fileprivate init(_ level: LogLevel) {
        switch level {
        case .debug: self = .debug
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
