import ForktailConfiguration
import ForktailLog
import ForktailSupervision
import ForktailSystem
import ForktailTLS

/// The settings of one generation of workers, and what was opened for them.
final class ServiceSettings {
    let configuration: Configuration
    /// The traits of its class of workers.
    let traits: WorkerClassTraits
    let listeners: [Listener]
    /// Where the observer serves metrics and checks; nil for nowhere.
    let statusListener: Listener?
    let logs: LogFiles
    /// The user and groups that the workers change to; nil to keep those of the arbiter.
    let credentials: Credentials?
    private let socketFile: SocketFileSettings
    /// The library that the interpreter of the class wsgi loads; nil for other classes.
    private let library: SystemString?
    /// The certificates of the listeners with HTTPS; nil where there are none.
    let certificates: CertificateStore?
    /// The numbers of those listeners.
    private let secureListeners: Set<CInt>
    /// What of the configuration will not be as it was meant.
    private(set) var warnings: [String]

    /// Opens what the configuration names.
    ///
    /// - Parameters:
    ///   - loaded: The configuration.
    ///   - available: Listeners that are open already: those at an address of the configuration are
    ///     kept, and so are all that another program has made.
    ///   - workerClasses: Describes each class of workers.
    ///   - besidePrograms: Whether programs live that share the listeners.
    ///   - journalStream: The variable JOURNAL_STREAM.
    /// - Throws: What could not be opened; nothing is left behind then.
    init(
        _ loaded: LoadedConfiguration,
        available: [Listener],
        workerClasses: (Configuration) -> WorkerClassTraits,
        besidePrograms: Bool,
        journalStream: String?
    ) throws(StartFailure) {
        configuration = loaded.configuration
        warnings = ConfigurationCheck(loaded, isThorough: false).warnings
        traits = workerClasses(configuration)
        try Self.checkProgram(configuration)
        library = try InterpreterSetup(configuration)?.library
        do throws(Credentials.UnknownName) {
            credentials = try Self.credentials(configuration)
            socketFile = try SocketFileSettings(configuration, workers: credentials)
        } catch {
            throw .configuration("\(error)")
        }
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
        // Before anything is bound, which a failure would leave behind.
        let needsTLS =
            configuration.bind.contains(where: \.isSecure)
            || available.contains(where: \.isNamedHTTPS)
        certificates =
            needsTLS
            ? try CertificateStore(configuration, isHandedOver: library != nil) : nil
        warnings += certificates?.warnings ?? []
        for listener in available where listener.hasLostItsFile {
            logger.warning(
                .socketFileLost,
                "\(listener.url): the file was removed or replaced; binding it again",
                [LogField("address", listener.url)]
            )
        }
        let usable = available.filter { !$0.hasLostItsFile }
        let (forStatus, forWorkers) = (
            usable.filter(\.isForStatus), usable.filter { !$0.isForStatus }
        )
        listeners = try Self.listen(
            loaded,
            available: forWorkers,
            others: forStatus,
            socketFile: socketFile
        )
        statusListener = try Self.listenForStatus(
            configuration,
            available: forStatus,
            others: forWorkers,
            beside: listeners,
            socketFile: socketFile
        )
        secureListeners = Self.secureListeners(of: configuration, listeners)
        try anticipateListenerSettings(besidePrograms: besidePrograms)
    }

    /// The listeners whose clients speak TLS: by the settings, or by the name that systemd gives them.
    private static func secureListeners(
        of configuration: Configuration,
        _ listeners: [Listener]
    ) -> Set<CInt> {
        let secure = configuration.bind.filter(\.isSecure).map(\.address)
        let chosen = listeners.filter { $0.isNamedHTTPS || secure.contains(where: $0.isNamed) }
        return Set(chosen.map(\.number))
    }

    /// The address of a listener with its scheme, for log lines: `https://0.0.0.0:8443`.
    func url(of listener: Listener) -> String {
        guard secureListeners.contains(listener.number) else { return listener.url }
        let url = listener.url
        return "https://" + (url.hasPrefix("http://") ? String(url.dropFirst(7)) : url)
    }

    /// Makes the table in which a worker notes the requests that it has not logged; none where there is
    /// no access log.
    func makeOpenRequestTable() throws(Errno) -> OpenRequestTable? {
        guard logs.access != nil else { return nil }
        let capacity = max(64, configuration.workerConnections)
        guard library == nil else { return try OpenRequestTable(capacity: capacity, in: nil) }
        return try OpenRequestTable(capacity: capacity)
    }

    /// Makes what a worker needs that becomes an interpreter; none where it becomes none.
    ///
    /// - Parameters:
    ///   - tickets: The memory of the keys of session tickets, if there are any.
    ///   - requests: Where the arbiter asks for workers, where the interpreter only forks them.
    /// - Returns: The worker's ends.
    /// - Throws: What the system says.
    func makeInterpreterEnds(
        tickets: CInt?,
        requests: SharedDescriptor? = nil
    ) throws(Errno) -> InterpreterEnds? {
        guard let library else { return nil }
        var tls: TLSEnds?
        if let source = certificates?.source, let tickets {
            tls = TLSEnds(
                source: SharedDescriptor(try .duplicating(source.number)),
                tickets: SharedDescriptor(try .reading(tickets))
            )
        }
        return InterpreterEnds(
            library: library,
            report: SharedDescriptor(try MemoryFile.make()),
            tls: tls,
            requests: requests
        )
    }

    /// Whether one process loads the application, and forks the workers.
    var preloadsInterpreter: Bool { library != nil && configuration.wsgi.preload }

    /// What the supervisor has to know.
    var policy: Policy {
        let processors = ProcessorQuota.availableProcessors()
        return Policy(
            workers: configuration.workers.resolved(processors: processors),
            scaling: configuration.workers.maximum.map {
                Scaling(
                    maximum: $0,
                    idleTime: configuration.idleTime,
                    memoryLimit: configuration.maxMemoryTotal
                )
            },
            timeout: configuration.timeout,
            bootTimeout: configuration.bootTimeout,
            gracefulTimeout: configuration.gracefulTimeout,
            shutdownDelay: configuration.shutdownDelay,
            kind: traits.runsProgram ? .program : .own
        )
    }

    /// What the kernel makes of the backlog, where that is less: listen(2).
    var cutBacklog: Int? {
        guard listeners.contains(where: { !$0.isForeign }),
            let limit = Socket.longestQueue,
            limit < configuration.backlog
        else { return nil }
        return limit
    }

    /// The listeners as a worker gets them.
    var inheritedListeners: [InheritedListener] {
        listeners.map { listener in
            InheritedListener(
                listener.shared,
                endsWithArbiter: !listener.isForeign,
                isSecure: secureListeners.contains(listener.number)
            )
        }
    }

    /// Whether accept(2) is to block where no program has set up the listeners.
    private var blocksWithoutPrograms: Bool {
        switch traits.waiting {
        case .accept: listeners.count == 1
        case .poll: false
        // As a new socket does, which some programs rely on.
        case .program: true
        }
    }

    /// What finds out whether a program waits at one of the listeners.
    var probe: ListenerProbe { ListenerProbe(listeners.map(\.number)) }

    /// What the workers need, perhaps beside programs that share the listeners: most of those have
    /// set O_NONBLOCK and some hang when it is cleared; others spin when it is set.
    private func listenerSettings(besidePrograms: Bool) -> ListenerSettings {
        ListenerSettings(
            blocks: besidePrograms ? nil : blocksWithoutPrograms,
            waitingTime: traits.runsProgram ? nil : configuration.heartbeatInterval,
            // A proxy's health check may connect and send nothing.
            defersAccept: traits.defersAccept && configuration.proxyProtocol == .off,
            backlog: configuration.backlog,
            socketFile: socketFile
        )
    }

    /// Sets the listeners as the workers of these settings need them, beside other workers.
    private func anticipateListenerSettings(besidePrograms: Bool) throws(StartFailure) {
        let settings = listenerSettings(besidePrograms: besidePrograms)
        try eachListener { listener throws(Errno) in try listener.anticipate(settings) }
    }

    /// Sets the listeners as the workers of these settings need them.
    func applyListenerSettings(besidePrograms: Bool) throws(StartFailure) {
        let settings = listenerSettings(besidePrograms: besidePrograms)
        try eachListener { listener throws(Errno) in try listener.apply(settings) }
    }

    private func eachListener(_ body: (Listener) throws(Errno) -> Void) throws(StartFailure) {
        for listener in listeners {
            do throws(Errno) {
                try body(listener)
            } catch {
                throw .system("listen on \(listener.url): \(error)", error)
            }
        }
    }

    private static func listen(
        _ loaded: LoadedConfiguration,
        available: [Listener],
        others: [Listener],
        socketFile: SocketFileSettings
    ) throws(StartFailure) -> [Listener] {
        let foreign = available.filter(\.isForeign)
        // With socket activation and no explicit `bind`, use only the passed sockets.
        if !foreign.isEmpty, loaded.origin(of: "bind") == .default { return foreign }
        let factory = ListenerFactory(
            backlog: loaded.configuration.backlog,
            socketFile: socketFile,
            open: available,
            others: others
        )
        let named = try factory.listen(at: loaded.configuration.bind.map(\.address))
        return foreign.filter { listener in !named.contains { $0 === listener } } + named
    }

    /// The addresses as the settings spell them.
    var addresses: Set<BindAddress> {
        Set(configuration.bind.map(\.address) + (configuration.statusBind.map { [$0] } ?? []))
    }

    /// All listeners, that of the observer included.
    var allListeners: [Listener] {
        listeners + (statusListener.map { [$0] } ?? [])
    }

    private static func listenForStatus(
        _ configuration: Configuration,
        available: [Listener],
        others: [Listener],
        beside listeners: [Listener],
        socketFile: SocketFileSettings
    ) throws(StartFailure) -> Listener? {
        guard let address = configuration.statusBind else { return nil }
        do throws(StartFailure) {
            let factory = ListenerFactory(
                backlog: configuration.backlog,
                socketFile: socketFile,
                open: available,
                others: others
            )
            let listener = try factory.listen(at: [address], beside: listeners).first
            // Its server waits in epoll_wait(2).
            try? listener?.socket.setNonBlocking(true)
            listener?.isForStatus = true
            return listener
        } catch {
            throw error.renamed(from: "bind \(address)", to: "status_bind \(address)")
        }
    }

    /// Checks that the program of the class exec can be executed, as far as that can be told without
    /// its root directory.
    static func checkProgram(_ configuration: Configuration) throws(StartFailure) {
        guard let name = configuration.exec.command.first, configuration.chroot == nil else {
            return
        }
        _ = try findProgram(name, of: "exec.command", configuration)
    }

    /// Finds a program that a setting names; `advice` follows the reason where it can't.
    static func findProgram(
        _ name: String,
        of setting: String,
        _ configuration: Configuration,
        advice: String = ""
    ) throws(StartFailure) -> String {
        do throws(Errno) {
            return try ProgramExecution.find(
                name,
                search: configuration.env["PATH"],
                directory: configuration.chdir
            )
        } catch {
            let place = name.contains("/") ? "" : " in the directories of PATH"
            throw .configuration("\(setting) \(name)\(place): \(error)\(advice)")
        }
    }

    /// Looks up the user and the group of the workers; nil where the settings name none.
    static func credentials(
        _ configuration: Configuration
    ) throws(Credentials.UnknownName) -> Credentials? {
        guard configuration.user != nil || configuration.group != nil else { return nil }
        return try Credentials(user: configuration.user, group: configuration.group)
    }

    private static func open(
        _ setting: String,
        _ path: String,
        _ stream: LogFile.Stream
    ) throws(StartFailure) -> LogFile {
        do throws(FileFailure) {
            return try LogFile(path: path, stream: stream)
        } catch {
            throw .unavailable("\(setting) \(path): \(error)", error.errno)
        }
    }
}
