import ForktailSystem

/// One end of the line between an arbiter and its successor in an upgrade.
///
/// The new arbiter reports here that it serves. Each of the two ends its side when it is told to
/// stop, and checks only after that whether the other one has: if both stop at the same time, at
/// least one of them knows, and drains the queues.
final class ArbiterLine {
    private let socket: FileDescriptor

    /// Takes an end that was inherited.
    init(_ socket: consuming FileDescriptor) {
        self.socket = socket
    }

    /// Makes both ends.
    static func open() throws(Errno) -> (ArbiterLine, ArbiterLine) {
        let ends = try Socket.pair()
        return (
            ArbiterLine(FileDescriptor(owning: ends.0)), ArbiterLine(FileDescriptor(owning: ends.1))
        )
    }

    /// The number of the descriptor, to poll it or to hand it down.
    var descriptor: CInt { socket.rawValue }

    /// Reports to the predecessor that this arbiter serves.
    func reportReady() throws(Errno) {
        try socket.write(byte: HeartbeatMessage.ready.rawValue)
    }

    /// Whether the new arbiter has reported that it serves.
    ///
    /// At the end of the line the process has ended, which `waitpid` reports.
    func hasReported() -> Bool {
        (try? socket.readChunk())?.isEmpty == false
    }

    /// Tells the other arbiter that this one stops.
    ///
    /// - Returns: Whether that one stops, too, or has ended.
    func announceStop() -> Bool {
        // EAGAIN, the only failure while both ends are open, means that the other one serves on.
        do throws(Errno) {
            try socket.endSending()
            return try socket.readChunk().isEmpty
        } catch {
            return false
        }
    }
}
