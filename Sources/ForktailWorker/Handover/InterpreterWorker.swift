// A worker of the class `wsgi` on its way to its interpreter.
//
// The interpreter is the user's own, so that virtual environments are right by construction. It loads
// forktail's library as an extension module, which finds here what the worker has inherited. What the
// interpreter prints before that goes into the report, where the arbiter finds why it failed.

import ForktailConfiguration
import ForktailLog
import ForktailSystem

/// Turns a forked worker into an interpreter that loads this code again.
struct InterpreterWorker {
    private let configuration: Configuration
    private let ends: InterpreterEnds
    private let record: HandoverRecord
    private let slot: Int
    private let generation: Int
    private let arbiter: ProcessID
    private let credentials: Credentials?
    /// What must stay open.
    private let descriptors: [CInt]
    /// What keeps those open that nothing else does.
    private let owners: [SharedDescriptor]
    private let logs: LogFiles

    /// Takes what the arbiter hands over; all signals are still blocked.
    init(
        _ configuration: Configuration,
        _ handoff: consuming WorkerHandoff,
        _ logs: LogFiles
    ) {
        guard let ends = handoff.interpreter else { preconditionFailure("no interpreter") }
        self.ends = ends
        self.configuration = configuration
        slot = handoff.slot
        generation = handoff.generation
        arbiter = handoff.arbiter
        credentials = handoff.credentials
        self.logs = logs
        var writer = HandoverWriter()
        writer.add(handoff)
        writer.add(logs)
        writer.add(ends)
        writer.record.add("settings", configuration.handoverText)
        record = writer.record
        descriptors = writer.descriptors
        let others = [
            handoff.logChannel, handoff.openRequests?.file, ends.report, ends.requests,
            ends.tls?.source, ends.tls?.tickets,
        ]
        let sockets = handoff.listeners.map(\.socket)
        owners =
            sockets + others.compactMap(\.self) + [SharedDescriptor(handoff.takeHeartbeat())]
    }

    /// What a worker inherits, for the interpreter that forks it.
    ///
    /// - Throws: What the system says.
    func handover() throws(Errno) -> WorkerHandover {
        WorkerHandover(
            record: SharedDescriptor(try record.file(with: descriptors)),
            descriptors: descriptors,
            owners: owners
        )
    }

    /// What the interpreter runs first: it loads the library, which leaves its main function in `sys`.
    ///
    /// The module is not kept; the library never returns an ordinary one.
    private static let bootstrap = [
        "import sys",
        "from importlib.machinery import ExtensionFileLoader, ModuleSpec",
        "library, record = sys.argv[1:]",
        "loader = ExtensionFileLoader('forktail_worker', library)",
        "try:",
        "    loader.create_module(ModuleSpec('forktail_worker', loader, origin=library))",
        "except ImportError:",
        "    if not hasattr(sys, '_forktail_worker'): raise",
        "sys._forktail_worker(int(record))",
    ].joined(separator: "\n")

    /// Becomes the interpreter.
    ///
    /// - Throws: Why it can't.
    func run() throws -> Never {
        // Without it they could be closed after their last use in this code.
        throw try withExtendedLifetime((owners, logs)) { try failureToRun() }
    }

    /// Becomes the interpreter, or returns why it can't.
    private func failureToRun() throws -> BootError {
        try Privileges.drop(configuration, credentials, arbiter: arbiter)
        try ApplicationEnvironment.apply(configuration)
        Environment.set("FORKTAIL_SLOT", to: "\(slot)")
        Environment.set("FORKTAIL_GENERATION", to: "\(generation)")
        // Each line of `print` at once, whatever standard output is.
        if Environment.value(of: "PYTHONUNBUFFERED") == nil {
            Environment.set("PYTHONUNBUFFERED", to: "1")
        }
        let name = configuration.wsgi.python
        do throws(Errno) {
            let path = try ProgramExecution.find(name)
            let file = try MemoryFile.makeSealed(record.bytes).release()
            for number in descriptors + [file] {
                try FileDescriptor.setCloseOnExec(false, of: number)
            }
            let stream = try FileDescriptor.duplicating(2).release()
            try FileDescriptor.setCloseOnExec(false, of: stream)
            Environment.set(Self.streamVariable, to: "\(stream)")
            try ends.report.descriptor.replaceStandardStream(2)
            SignalDisposition.resetAll()
            // It would end an interpreter that has no handler for it yet.
            SignalDisposition.setMask(.of(.user1))
            throw ProgramExecution.execute(
                path,
                arguments: [
                    path, "-c", Self.bootstrap, ends.library.description, "\(file)",
                ]
            )
        } catch {
            return BootError(description: "wsgi.python \(name): \(error)")
        }
    }

    /// The variable with the number of what standard error was.
    static let streamVariable = "FORKTAIL_STDERR"
}

/// Collects what a worker hands over.
private struct HandoverWriter {
    var record = HandoverRecord()
    private(set) var descriptors: [CInt] = []

    private mutating func add(_ name: String, descriptor: CInt) {
        record.add(name, descriptor)
        descriptors.append(descriptor)
    }

    mutating func add(_ handoff: borrowing WorkerHandoff) {
        record.add("slot", handoff.slot)
        record.add("generation", handoff.generation)
        record.add("arbiter", handoff.arbiter)
        add("heartbeat", descriptor: handoff.heartbeatNumber)
        add("log_channel", descriptor: handoff.logChannel.descriptor.rawValue)
        if handoff.scoreboard >= 0 {
            add("scoreboard", descriptor: handoff.scoreboard)
            record.add("score", handoff.score.place.number)
            record.add("scores", handoff.score.place.count)
        }
        if let table = handoff.openRequests, let file = table.file {
            add("open_requests", descriptor: file.descriptor.rawValue)
            record.add("open_request_room", table.capacity)
        }
        for listener in handoff.listeners {
            let number = listener.socket.descriptor.rawValue
            descriptors.append(number)
            let words = [number, listener.endsWithArbiter ? 1 : 0, listener.isSecure ? 1 : 0]
            record.add("listener", words.map(String.init).joined(separator: " "))
        }
    }

    mutating func add(_ logs: LogFiles) {
        add("log", descriptor: logs.server.descriptor)
        record.add("log_path", bytes: logs.server.absolutePath)
        record.add("log_is_journal", logs.server.isJournal ? 1 : 0)
        if let access = logs.access {
            add("access_log", descriptor: access.number)
            record.add("access_log_path", bytes: access.absolutePath)
        }
    }

    mutating func add(_ ends: InterpreterEnds) {
        add("report", descriptor: ends.report.descriptor.rawValue)
        if let requests = ends.requests {
            add("requests", descriptor: requests.descriptor.rawValue)
            // It gets no keys, since it serves no client.
            record.add("speaks_tls", ends.tls == nil ? 0 : 1)
        } else if let tls = ends.tls {
            add("certificates", descriptor: tls.source.descriptor.rawValue)
            add("ticket_keys", descriptor: tls.tickets.descriptor.rawValue)
        }
    }
}
