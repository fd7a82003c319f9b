import ForktailSupervision
import ForktailSystem

/// What the arbiter holds of a worker: its process, and the pipe for its heartbeats.
final class WorkerRecord {
    let id: WorkerID
    /// That which forks it, until it is known.
    private(set) var process: ProcessID
    /// Its entry on the scoreboard, and the number of the entry.
    let score: ScoreboardEntry
    let scoreNumber: Int
    let generation: Int
    let slot: Int
    /// What it is watched by, where it is a program.
    let program: ProgramWatch?
    /// Where its interpreter writes the stacks of its threads; nil where it has none.
    private(set) var report: SharedDescriptor?
    /// The requests that it has begun and not logged; nil where there is no access log.
    let openRequests: OpenRequestTable?
    /// Whether it has reported that one of its threads is stuck.
    var isStuck = false
    /// The request that it was answering at the last look.
    var watchedRequest: WatchedRequest?
    /// Through which the reopened log files are sent to it.
    private var logs: SharedDescriptor?
    private var heartbeat: FileDescriptor?

    init(
        id: WorkerID,
        process: ProcessID,
        slot: Int,
        generation: Int,
        program: ProgramWatch?,
        report: SharedDescriptor?,
        score: (number: Int, entry: ScoreboardEntry),
        openRequests: OpenRequestTable?,
        logs: SharedDescriptor,
        heartbeat: consuming FileDescriptor
    ) {
        self.id = id
        self.process = process
        self.score = score.entry
        scoreNumber = score.number
        self.slot = slot
        self.openRequests = openRequests
        self.generation = generation
        self.program = program
        self.report = report
        self.logs = logs
        self.heartbeat = consume heartbeat
    }

    /// Notes which process it has become.
    func become(_ process: ProcessID) {
        self.process = process
    }

    /// Notes that the process that was to fork it has ended, and where that has written why.
    func noteEnd(of process: ProcessID, report: SharedDescriptor) {
        self.process = process
        self.report = report
    }

    /// The pipe's number, or -1 once the worker has closed its end.
    var descriptor: CInt {
        switch heartbeat {
        case .some(let pipe): pipe.rawValue
        case .none: -1
        }
    }

    /// Closes the pipe and the channel to the worker, and lets go of its requests.
    func close() {
        heartbeat = nil
        openRequests?.unmap()
        logs = nil
        program?.close()
    }

    /// Sends the worker the log files that are open here.
    func give(_ logDescriptors: [CInt]) throws(Errno) {
        try logs?.descriptor.give(logDescriptors)
    }

    /// Far more messages than a worker sends between two rounds; each costs a turn of the supervisor.
    private static let messagesOfRound = 256

    /// Reads the messages in the pipe; at its end the pipe is closed and no longer polled.
    func readMessages() -> [UInt8] {
        do throws(Errno) {
            guard let messages = try heartbeat?.readChunk(upTo: Self.messagesOfRound) else {
                return []
            }
            if messages.isEmpty { heartbeat = nil }
            return messages
        } catch {
            // EAGAIN, the only failure of an open pipe, means that it is empty.
            return []
        }
    }
}
