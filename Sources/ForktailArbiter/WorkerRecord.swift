import ForktailSupervision
import ForktailSystem

/// A worker as the arbiter holds it: its process, and the pipe in which it beats.
final class WorkerRecord {
    let id: WorkerID
    let process: ProcessID
    /// Its entry on the scoreboard, and the entry's number.
    let score: ScoreboardEntry
    let scoreNumber: Int
    private var heartbeat: FileDescriptor?

    init(
        id: WorkerID,
        process: ProcessID,
        score: (number: Int, entry: ScoreboardEntry),
        heartbeat: consuming FileDescriptor
    ) {
        self.id = id
        self.process = process
        self.score = score.entry
        scoreNumber = score.number
        self.heartbeat = consume heartbeat
    }

    /// The pipe's number, or -1 once the worker has closed its end.
    var descriptor: CInt {
        switch heartbeat {
        case .some(let pipe): pipe.rawValue
        case .none: -1
        }
    }

    /// Closes the pipe.
    func close() {
        heartbeat = nil
    }

    /// The messages that wait in the pipe; at its end the pipe is closed and polled no more.
    func readMessages() -> [UInt8] {
        do throws(Errno) {
            guard let messages = try heartbeat?.readChunk() else { return [] }
            if messages.isEmpty { close() }
            return messages
        } catch {
            // EAGAIN, the only failure of a pipe that is open, means that nothing waits.
            return []
        }
    }
}
