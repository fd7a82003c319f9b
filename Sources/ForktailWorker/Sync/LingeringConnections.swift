import ForktailSystem

/// Connections that were answered while the client still sends.
///
/// Closing one at once would make the kernel send a reset, which can destroy the answer before the
/// client has read it: RFC 9112 section 9.6. So our side is ended, and what still comes is read and
/// forgotten, without ever waiting: at most `limit` connections are held, each for `patience`.
struct LingeringConnections {
    private struct Entry {
        let socket: SharedDescriptor
        let deadline: Instant
    }

    private static let limit = 64
    private static let patience = Duration.seconds(30)
    /// How long a new connection is drained on the spot: most clients need no more.
    private static let firstWait = Duration.milliseconds(50)

    private var entries: [Entry] = []
    private let scratch: ReceiveBuffer

    init(scratch: ReceiveBuffer) {
        self.scratch = scratch
    }

    /// Ends our side of a connection and takes it over.
    mutating func add(_ socket: SharedDescriptor) {
        do throws(Errno) {
            try socket.descriptor.endSending()
        } catch {
            return
        }
        let entry = Entry(socket: socket, deadline: Instant.now() + Self.patience)
        guard drainForAWhile(entry) else { return }
        // The oldest has had its time.
        if entries.count == Self.limit { entries.removeFirst() }
        entries.append(entry)
    }

    /// Reads and forgets what has come since; closes the connections that are finished.
    mutating func drain(at now: Instant) {
        guard !entries.isEmpty else { return }
        entries = entries.filter { $0.deadline > now && drainOnce($0) }
    }

    /// Gives the connections that are left a last chance, before the process ends.
    mutating func finish(within limit: Duration) {
        let end = Instant.now() + limit
        while !entries.isEmpty, Instant.now() < end, WorkerSignals.stop != .quick {
            let sockets = entries.map { $0.socket.descriptor.rawValue }
            // A failure of ppoll(2) shows again in the next receive.
            _ = try? Poll.readable(sockets, timeout: end - Instant.now())
            drain(at: .now())
        }
    }

    private func drainForAWhile(_ entry: Entry) -> Bool {
        let end = Instant.now() + Self.firstWait
        while drainOnce(entry) {
            let remaining = end - Instant.now()
            guard remaining > .zero, WorkerSignals.stop != .quick else { return true }
            // A failure of ppoll(2) shows again in the next receive.
            _ = try? Poll.readable([entry.socket.descriptor.rawValue], timeout: remaining)
        }
        return false
    }

    /// Whether the connection still lives after what was there has been read.
    private func drainOnce(_ entry: Entry) -> Bool {
        for _ in 0..<16 {
            do throws(Errno) {
                let count = try entry.socket.descriptor.receive(into: scratch.room, waiting: false)
                if count == 0 { return false }
            } catch .interrupted {
                continue
            } catch {
                return error == .wouldBlock
            }
        }
        return true
    }
}
