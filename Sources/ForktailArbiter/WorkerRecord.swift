import ForktailSupervision
import ForktailSystem

/// A worker as the arbiter holds it: its process, and the pipe in which it beats.
final class WorkerRecord {
    let id: WorkerID
    let process: ProcessID
    /// Its entry on the scoreboard, and the entry's number.
    let score: ScoreboardEntry
    let scoreNumber: Int
    let generation: Int
    /// Whether it has said that a thread of it is stuck.
    var isStuck = false
    /// Through which it is given the log files anew.
    private var logs: SharedDescriptor?
    private var heartbeat: FileDescriptor?

    init(
        id: WorkerID,
        process: ProcessID,
        generation: Int,
        score: (number: Int, entry: ScoreboardEntry),
        logs: SharedDescriptor,
        heartbeat: consuming FileDescriptor
    ) {
        self.id = id
        self.process = process
        self.score = score.entry
        scoreNumber = score.number
        self.generation = generation
        self.logs = logs
        self.heartbeat = consume heartbeat
    }

    /// The pipe's number, or -1 once the worker has closed its end.
    var descriptor: CInt {
        switch heartbeat {
        case .some(let pipe): pipe.rawValue
        case .none: -1
        }
    }

    /// Closes what connects the arbiter with the worker.
    func close() {
        heartbeat = nil
        logs = nil
    }

    /// Gives the worker the log files as they are open here.
    func give(_ logDescriptors: [CInt]) throws(Errno) {
        try logs?.descriptor.give(logDescriptors)
    }

    /// The messages that wait in the pipe; at its end the pipe is closed and polled no more.
    func readMessages() -> [UInt8] {
        do throws(Errno) {
            guard let messages = try heartbeat?.readChunk() else { return [] }
            if messages.isEmpty { heartbeat = nil }
            return messages
        } catch {
            // EAGAIN, the only failure of a pipe that is open, means that nothing waits.
            return []
        }
    }
}
