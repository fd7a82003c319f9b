/// A listening socket that a worker gets from its arbiter.
package struct InheritedListener: Sendable {
    /// The socket, open for as long as any worker or the arbiter holds it.
    package let socket: SharedDescriptor
    /// Whether its queue ends with the arbiter, so that a graceful stop has to drain it.
    package let endsWithArbiter: Bool
    /// Whether its clients speak TLS.
    package let isSecure: Bool

    /// Makes the listener of a socket.
    package init(_ socket: SharedDescriptor, endsWithArbiter: Bool, isSecure: Bool) {
        self.socket = socket
        self.endsWithArbiter = endsWithArbiter
        self.isSecure = isSecure
    }
}

/// The worker's ends of what its arbiter watches a program by.
package struct ProgramEnds: Sendable {
    /// Where standard output and standard error go.
    package let output: SharedDescriptor
    /// Where the program says by a newline that it serves, if it does.
    package let ready: SharedDescriptor?
    /// The value of NOTIFY_SOCKET.
    package let notifyAddress: String

    /// Makes the ends.
    package init(output: SharedDescriptor, ready: SharedDescriptor?, notifyAddress: String) {
        self.output = output
        self.ready = ready
        self.notifyAddress = notifyAddress
    }
}

/// What a worker needs that becomes an interpreter.
package struct InterpreterEnds: Sendable {
    /// The path of the library that the interpreter loads.
    package let library: SystemString
    /// Where the interpreter writes the stacks of its threads when it dies, for the arbiter.
    package let report: SharedDescriptor
    /// What its TLS is made of; nil where no client speaks TLS.
    package let tls: TLSEnds?
    /// Where the arbiter asks for workers, where the interpreter only forks them; nil for a worker.
    package let requests: SharedDescriptor?

    /// Makes the ends.
    package init(
        library: SystemString,
        report: SharedDescriptor,
        tls: TLSEnds?,
        requests: SharedDescriptor? = nil
    ) {
        self.library = library
        self.report = report
        self.tls = tls
        self.requests = requests
    }
}

/// What a worker that becomes another program makes its side of TLS of.
package struct TLSEnds: Sendable {
    /// The file with the certificates and their keys.
    package let source: SharedDescriptor
    /// The memory with the keys of session tickets.
    package let tickets: SharedDescriptor

    /// Makes the ends.
    package init(source: SharedDescriptor, tickets: SharedDescriptor) {
        self.source = source
        self.tickets = tickets
    }
}

/// What a worker inherits, for the process that forks it.
package struct WorkerHandover: Sendable {
    /// Names the descriptors.
    private let record: SharedDescriptor
    private let descriptors: [CInt]
    /// What keeps them open.
    private let owners: [SharedDescriptor]

    /// Makes it of a file with the record, and of what that names.
    package init(record: SharedDescriptor, descriptors: [CInt], owners: [SharedDescriptor]) {
        self.record = record
        self.descriptors = descriptors
        self.owners = owners
    }

    /// Sends it, without waiting.
    ///
    /// - Throws: What the system says.
    package func send(over channel: borrowing FileDescriptor) throws(Errno) {
        try channel.send(files: [record.descriptor.rawValue] + descriptors)
        withExtendedLifetime(owners) {}
    }
}

/// What an arbiter hands over to a worker that it has just forked; it exists in the child only.
///
/// Beside it a worker gets the settings and the logs of its generation.
package struct WorkerHandoff: ~Copyable {
    /// The worker's stable place, 0 … n-1.
    package let slot: Int
    /// The generation of its settings, counted from 1.
    package let generation: Int
    /// The arbiter's process; when it is no longer the parent, the arbiter is gone.
    package let arbiter: ProcessID
    /// The sockets to accept connections from.
    package let listeners: [InheritedListener]
    /// The user and groups that the worker changes to; nil to keep those of the arbiter.
    package let credentials: Credentials?
    /// The worker's own entry on the scoreboard.
    package let score: ScoreboardEntry
    /// Where it notes the requests that it has not logged; nil where there is no access log.
    package let openRequests: OpenRequestTable?
    /// Through which the arbiter sends the log files that it has reopened.
    package let logChannel: SharedDescriptor
    /// What a program is watched by; nil for a worker of forktail's own.
    package let program: ProgramEnds?
    /// What an interpreter needs; nil for a worker without one.
    package let interpreter: InterpreterEnds?
    /// The file of the scoreboard's memory; -1 where no worker needs it.
    package let scoreboard: CInt
    private let heartbeat: FileDescriptor

    /// Makes the value, after the fork.
    package init(
        slot: Int,
        generation: Int,
        arbiter: ProcessID,
        listeners: [InheritedListener],
        credentials: Credentials?,
        score: ScoreboardEntry,
        openRequests: OpenRequestTable?,
        logChannel: SharedDescriptor,
        program: ProgramEnds? = nil,
        interpreter: InterpreterEnds? = nil,
        scoreboard: CInt = -1,
        heartbeat: consuming FileDescriptor
    ) {
        self.slot = slot
        self.generation = generation
        self.arbiter = arbiter
        self.listeners = listeners
        self.credentials = credentials
        self.score = score
        self.openRequests = openRequests
        self.logChannel = logChannel
        self.program = program
        self.interpreter = interpreter
        self.scoreboard = scoreboard
        self.heartbeat = heartbeat
    }

    /// The number of the writing end of the heartbeat pipe.
    package var heartbeatNumber: CInt { heartbeat.rawValue }

    /// Returns the writing end of the heartbeat pipe.
    package consuming func takeHeartbeat() -> FileDescriptor {
        heartbeat
    }
}
