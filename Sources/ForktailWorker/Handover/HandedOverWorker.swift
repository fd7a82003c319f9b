package import ForktailConfiguration
import ForktailLog
package import ForktailSystem
import ForktailTLS
import ForktailValues

/// What a worker in another program holds, for that program.
package struct WorkerResources: Sendable {
    /// The worker's stable place.
    package let slot: Int
    /// The heartbeat and the channel of the logs, which no child may hold.
    package let descriptors: [CInt]
    /// The listeners, of whose sockets no child may hold one.
    package let listeners: [Listener]

    /// Where clients connect.
    package struct Listener: Sendable {
        package let address: SocketAddress
        /// Whether they speak TLS there.
        package let isSecure: Bool
    }
}

/// A worker that has become another program, as that program finds it.
///
/// It is an object: the compiler of Swift 6.3 releases fields twice that are copied out of a value which
/// can't be copied and is consumed afterwards (a release build died of it at every third start).
package final class HandedOverWorker {
    /// The settings.
    package let configuration: Configuration
    /// Where the stacks of threads are written when the process dies.
    package let report: CInt
    /// What it holds.
    package let resources: WorkerResources
    private let logs: LogFiles
    private let score: ScoreboardEntry
    private let tls: TLSContext?
    /// Nil once it serves.
    private var handoff: WorkerHandoff?

    /// Takes over what was inherited.
    ///
    /// - Parameter number: The descriptor of the record.
    /// - Throws: Why it can't be used, such as another version.
    package convenience init(record number: CInt) throws {
        try self.init(HandoverRecord(inherited: number))
    }

    init(_ record: HandoverRecord) throws {
        let configuration = try Configuration(handoverText: record.value("settings").bytes)
        let logs = try Self.logs(record, configuration)
        let report = try record.descriptor("report")
        let scoreboard = try Scoreboard(
            count: record.number("scores"),
            in: record.descriptor("scoreboard")
        )
        try FileDescriptor.setCloseOnExec(true, of: report)
        try FileDescriptor.setCloseOnExec(true, of: scoreboard.file)
        let listeners = try Self.listeners(record)
        let openRequests = try Self.openRequests(record)
        let logChannel = SharedDescriptor(try Self.take(record.descriptor("log_channel")))
        let slot = try record.number("slot")
        let generation = try record.number("generation")
        let arbiter = ProcessID(rawValue: CInt(try record.number("arbiter")))
        let score = scoreboard[try record.number("score")]
        let heartbeat = try Self.take(record.descriptor("heartbeat"))
        self.configuration = configuration
        self.logs = logs
        self.report = report
        resources = WorkerResources(
            slot: slot,
            descriptors: [logChannel.descriptor.rawValue, heartbeat.rawValue],
            listeners: try listeners.map { listener in
                WorkerResources.Listener(
                    address: try listener.socket.descriptor.boundAddress(),
                    isSecure: listener.isSecure
                )
            }
        )
        self.score = score
        tls = try Self.tls(record)
        // One line speaks for all workers, which run the same interpreter.
        if tls != nil, slot == 0, let warning = TLSLibrary.warning {
            let fields = [LogField("slot", slot), LogField("reason", warning)]
            logs.server.log(.warning, .settingWarning, warning, fields)
        }
        handoff = WorkerHandoff(
            slot: slot,
            generation: generation,
            arbiter: arbiter,
            listeners: listeners,
            credentials: nil,
            score: score,
            openRequests: openRequests,
            logChannel: logChannel,
            heartbeat: heartbeat
        )
    }

    private static func listeners(_ record: HandoverRecord) throws -> [InheritedListener] {
        try record.all("listener").map { entry in
            let words = entry.description.split(separator: " ").compactMap { CInt($0) }
            guard words.count == 3 else {
                throw BootError(description: "the record of the arbiter has a bad listener")
            }
            return InheritedListener(
                SharedDescriptor(try take(record.own(words[0]))),
                endsWithArbiter: words[1] != 0,
                isSecure: words[2] != 0
            )
        }
    }

    private static func openRequests(_ record: HandoverRecord) throws -> OpenRequestTable? {
        guard !record.all("open_requests").isEmpty else { return nil }
        return try OpenRequestTable(
            capacity: record.number("open_request_room"),
            in: SharedDescriptor(take(record.descriptor("open_requests")))
        )
    }

    /// Makes the worker's side of TLS of what the arbiter has read; nil where no client speaks it.
    private static func tls(_ record: HandoverRecord) throws -> TLSContext? {
        guard !record.all("certificates").isEmpty else { return nil }
        try loadTLS()
        // Closed at the end: the application has no business with them.
        let source = try take(record.descriptor("certificates"))
        let tickets = try take(record.descriptor("ticket_keys"))
        do throws(TLSFailure) {
            _ = try SessionTickets(sharing: tickets)
            SessionTickets.protect()
            return try TLSContext.make(of: source.rawValue)
        } catch {
            throw BootError(description: "https:// in bind: \(error.reason)")
        }
    }

    /// Loads OpenSSL.
    static func loadTLS() throws {
        do throws(TLSFailure) {
            try TLSLibrary.load()
        } catch {
            throw BootError(description: "https:// in bind: \(error.reason)")
        }
    }

    private static func take(_ number: CInt) throws(Errno) -> FileDescriptor {
        let descriptor = try FileDescriptor.inherited(number)
        try descriptor.setCloseOnExec(true)
        return descriptor
    }

    static func logs(
        _ record: HandoverRecord,
        _ configuration: Configuration
    ) throws -> LogFiles {
        let server = try LogFile(
            path: configuration.errorlog,
            absolutePath: record.value("log_path"),
            stream: .standardError,
            take(record.descriptor("log"))
        )
        let logger = Logger(
            file: server,
            threshold: configuration.loglevel,
            form: configuration.logFormat == .json ? .json : .text,
            isJournal: try record.number("log_is_journal") != 0
        )
        guard let path = configuration.accesslog else {
            return LogFiles(server: logger, access: nil)
        }
        let access = try LogFile(
            path: path,
            absolutePath: record.value("access_log_path"),
            stream: .standardOutput,
            take(record.descriptor("access_log"))
        )
        return LogFiles(server: logger, access: access)
    }

    /// Puts the standard error of the worker back in its place, and prints what came meanwhile.
    ///
    /// - Throws: What the system says.
    package func restoreStandardError() throws {
        try Self.restoreStandardError(report: report)
    }

    static func restoreStandardError(report: CInt) throws {
        let variable = InterpreterWorker.streamVariable
        guard let text = Environment.value(of: variable), let number = CInt(text) else { return }
        Environment.set(variable, to: nil)
        let printed = try MemoryFile.contents(of: report, upTo: 65_536)
        let stream = try FileDescriptor.inherited(number)
        try stream.replaceStandardStream(2)
        try MemoryFile.clear(report)
        if !printed.isEmpty {
            printed.withUnsafeBytes { try? stream.writeAll($0) }
        }
    }

    /// Notes why it can't boot, and ends the process.
    package func fail(_ reason: String) -> Never {
        score.noteBootFailure(reason)
        Process.leave(.bootFailed)
    }

    /// Serves until the arbiter ends or asks the worker to leave.
    ///
    /// - Parameter makeApplication: Makes the application.
    package func run(_ makeApplication: () throws -> any Application) -> Never {
        guard let handoff = handoff.take() else { preconditionFailure("a worker that serves") }
        let worker = WorkerProcess(handoff, configuration, logs, tls)
        worker.run(isHandedOver: true, makeApplication)
    }
}
