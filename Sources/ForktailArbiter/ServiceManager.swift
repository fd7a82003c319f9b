import ForktailSystem

/// Tells systemd, or whoever set NOTIFY_SOCKET, about the state of the service: sd_notify(3).
struct ServiceManager {
    /// The variables of systemd's environment, which are for the arbiter alone: systemd.exec(5).
    static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
        "LISTEN_FDNAMES", "FDSTORE", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID",
        "MANAGERPID", "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE",
    ]

    private let socket: String?
    private let process: ProcessID
    private let watchdogInterval: Duration?
    private var nextPing = Instant.now()
    private var isReady = false
    /// Whether this process is the service; where another is, that one does the talking.
    private var isService = true
    private var lastStatus = ""

    /// Takes what the manager wants from the environment that the arbiter was started with.
    init(environment: [String: String], process: ProcessID) {
        self.process = process
        // One that is to take another's place is not the service before it serves.
        isService = environment[Inheritance.Variable.predecessor] == nil
        socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        // Half of the limit, as sd_watchdog_enabled(3) advises.
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdogInterval = isMeant ? limit.flatMap { $0 > 0 ? .microseconds($0 / 2) : nil } : nil
    }

    /// When the next sign of life is due; nil where nobody waits for one.
    var deadline: Instant? {
        watchdogInterval == nil || socket == nil || !isService ? nil : nextPing
    }

    /// Gives a sign of life, when it is due: WATCHDOG=1.
    mutating func ping(at now: Instant) throws(Errno) {
        guard let watchdogInterval, now >= nextPing else { return }
        nextPing = now + watchdogInterval
        try notify("WATCHDOG=1")
    }

    /// The service is up.
    mutating func becomeReady(_ status: String) throws(Errno) {
        isService = true
        isReady = true
        lastStatus = status
        try notify("READY=1", "STATUS=\(status)")
    }

    /// A reload begins; its end, whichever it is, has to be told by `endReload`.
    func beginReload(at now: Instant) throws(Errno) {
        let microseconds = now.sinceBoot.nanoseconds / 1000
        try notify("RELOADING=1", "MONOTONIC_USEC=\(microseconds)", "STATUS=reloading")
    }

    /// A reload has ended, well or not.
    mutating func endReload(_ status: String) throws(Errno) {
        lastStatus = status
        if isReady {
            try notify("READY=1", "STATUS=\(status)")
        } else {
            try notify("STATUS=\(status)")
        }
    }

    /// The service stops, which may take so long.
    mutating func beginStopping(within limit: Duration) throws(Errno) {
        isReady = false
        let microseconds = limit.nanoseconds / 1000
        try notify("STOPPING=1", "STATUS=stopping", "EXTEND_TIMEOUT_USEC=\(microseconds)")
    }

    /// The service can't start, for a reason that a call may have given: ERRNO.
    func fail(_ failure: StartFailure) throws(Errno) {
        let reason = "STATUS=cannot start: \(failure)"
        if let errno = failure.errno {
            try notify("ERRNO=\(errno.rawValue)", reason)
        } else {
            try notify(reason)
        }
    }

    /// Another process is the service from here on.
    mutating func handOver(to process: ProcessID) throws(Errno) {
        try notify("MAINPID=\(process)")
        isService = false
    }

    /// This process is the service again.
    mutating func takeBack(_ status: String) throws(Errno) {
        isService = true
        lastStatus = status
        try notify("MAINPID=\(process)", "READY=1", "STATUS=\(status)")
    }

    /// Tells the state in words, when it has changed.
    mutating func show(_ status: String) throws(Errno) {
        guard isReady, status != lastStatus else { return }
        lastStatus = status
        try notify("STATUS=\(status)")
    }

    private func notify(_ assignments: String...) throws(Errno) {
        guard let socket, isService else { return }
        try Socket.sendDatagram(assignments.joined(separator: "\n"), toUnix: socket)
    }
}
