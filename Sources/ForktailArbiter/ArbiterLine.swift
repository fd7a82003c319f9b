import ForktailSystem

/// One end of the line between an arbiter and the one that it has started to take its place.
///
/// The new one says here that it serves. Each of them ends its side when it is told to stop, and
/// looks only then whether the other one has: of two that stop in the same instant at least one
/// knows, and serves who waits in the queues.
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

    /// The end's number, to wait for or to be inherited.
    var descriptor: CInt { socket.rawValue }

    /// Tells the arbiter before this one that this one serves.
    func reportReady() throws(Errno) {
        try socket.write(byte: HeartbeatMessage.ready.rawValue)
    }

    /// Whether the new arbiter has said that it serves.
    ///
    /// At the end of the line the process is gone, which its status will tell.
    func hasReported() -> Bool {
        (try? socket.readChunk())?.isEmpty == false
    }

    /// Tells the other arbiter that this one stops.
    ///
    /// - Returns: Whether that one stops too, or has gone.
    func announceStop() -> Bool {
        // EAGAIN, the one failure of a line that both ends hold, means that the other one goes on.
        do throws(Errno) {
            try socket.endSending()
            return try socket.readChunk().isEmpty
        } catch {
            return false
        }
    }
}
