import ForktailSystem

/// Reports the state of the service to systemd, or to another program that has set NOTIFY_SOCKET:
/// sd_notify(3).
struct ServiceManager {
    /// The variables that systemd sets for the arbiter, and workers must not see: systemd.exec(5).
    static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
        "LISTEN_FDNAMES", "FDSTORE", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID",
        "MANAGERPID", "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE",
    ]

    private let socket: SystemString?
    private let process: ProcessID
    private let watchdogInterval: Duration?
    private var nextPing = Instant.now()
    private var isReady = false
    /// Whether this process is the service; otherwise another arbiter does the reporting.
    private var isService: Bool
    private var lastStatus = ""

    /// Reads the manager's wishes in the environment that the arbiter was started with.
    init(environment: [String: SystemString], process: ProcessID, isService: Bool) {
        self.process = process
        self.isService = isService
        socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        // Half of the limit, as sd_watchdog_enabled(3) advises.
        let isMeant = environment["WATCHDOG_PID"].map { $0.text == "\(process)" } ?? true
        let limit = environment["WATCHDOG_USEC"]?.text.flatMap { Int64($0) }
        watchdogInterval = isMeant ? limit.flatMap { $0 > 0 ? .microseconds($0 / 2) : nil } : nil
    }

    /// When the next sign of life is due; nil where none is expected.
    var deadline: Instant? {
        watchdogInterval == nil || socket == nil || !isService ? nil : nextPing
    }

    /// Sends a sign of life, if it is due: WATCHDOG=1.
    mutating func ping(at now: Instant) throws(Errno) {
        guard let watchdogInterval, now >= nextPing else { return }
        nextPing = now + watchdogInterval
        try notify("WATCHDOG=1")
    }

    /// Reports that the service is up.
    mutating func becomeReady(_ status: String) throws(Errno) {
        isService = true
        isReady = true
        lastStatus = status
        try notify("READY=1", "STATUS=\(status)")
    }

    /// Reports that a reload begins; `endReload` has to follow.
    func beginReload(at now: Instant) throws(Errno) {
        let microseconds = now.sinceBoot.nanoseconds / 1000
        try notify("RELOADING=1", "MONOTONIC_USEC=\(microseconds)", "STATUS=reloading")
    }

    /// Reports that a reload has succeeded or failed.
    mutating func endReload(_ status: String) throws(Errno) {
        lastStatus = status
        if isReady {
            try notify("READY=1", "STATUS=\(status)")
        } else {
            try notify("STATUS=\(status)")
        }
    }

    /// Reports that the service stops, which may take this long.
    mutating func beginStopping(within limit: Duration) throws(Errno) {
        isReady = false
        let microseconds = limit.nanoseconds / 1000
        try notify("STOPPING=1", "STATUS=stopping", "EXTEND_TIMEOUT_USEC=\(microseconds)")
    }

    /// Reports that the service can't start, with the error of a call if there is one: ERRNO.
    func fail(_ failure: StartFailure) throws(Errno) {
        let reason = "STATUS=cannot start: \(failure)"
        if let errno = failure.errno {
            try notify("ERRNO=\(errno.rawValue)", reason)
        } else {
            try notify(reason)
        }
    }

    /// Reports that another process is the service from here on.
    mutating func handOver(to process: ProcessID) throws(Errno) {
        try notify("MAINPID=\(process)")
        isService = false
    }

    /// Reports that this process is the service again.
    mutating func takeBack(_ status: String) throws(Errno) {
        isService = true
        lastStatus = status
        try notify("MAINPID=\(process)", "READY=1", "STATUS=\(status)")
    }

    /// Reports the state in words, if it has changed.
    mutating func show(_ status: String) throws(Errno) {
        guard isReady, status != lastStatus else { return }
        lastStatus = status
        try notify("STATUS=\(status)")
    }

    private func notify(_ assignments: String...) throws(Errno) {
        guard let socket, isService else { return }
        // A status may hold what a worker or a configuration says: no line of it is an assignment.
        let lines = assignments.map { $0.replacing("\n", with: " ") }
        try Socket.sendDatagram(lines.joined(separator: "\n"), toUnix: socket)
    }
}
