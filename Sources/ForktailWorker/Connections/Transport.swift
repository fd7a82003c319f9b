import ForktailHTTP
import ForktailSystem
import Synchronization

/// What moves bytes for a driver: a plain socket.
///
/// Drivers know no more of it than these calls, so that another kind of transport is one more case.
enum Transport {
    case plain(PlainTransport)

    /// The result of a receive call.
    enum Received {
        /// This number of bytes, at least one.
        case bytes(Int)
        /// The client has ended its side.
        case ended
        /// No input, or a signal interrupted the call.
        case nothing
        /// The connection gives way to another one: see `preempt`.
        case preempted
        case failed(Errno)
    }

    /// The result of a send call.
    enum Sent {
        /// The socket took this number of bytes; 0 of a file that became shorter.
        case bytes(Int)
        /// The socket has no room, or a signal interrupted the call.
        case blocked
        case failed(Errno)
    }

    private var plain: PlainTransport {
        switch self {
        case .plain(let transport): transport
        }
    }

    /// The descriptor to wait for.
    var number: CInt { plain.number }

    /// Whether a receive call may return something.
    var mayHaveInput: Bool { plain.mayHaveInput }

    /// Notes an event of epoll(7).
    func note(_ ready: EventPoll.Ready) { plain.note(ready) }

    /// Makes the next receive call ask the kernel in any case.
    func expectInput() { plain.mayHaveInput = true }

    /// Receives input.
    func receive(into room: UnsafeMutableRawBufferPointer, waiting: Bool) -> Received {
        plain.receive(into: room, waiting: waiting)
    }

    /// Sends what the socket takes; `more` says that other bytes follow at once.
    func send(_ bytes: Span<UInt8>, more: Bool) -> Sent { plain.send(bytes, more: more) }

    /// Sends what the socket takes of a file.
    func send(_ region: FileRegion, offset: UInt64, count: UInt64) -> Sent {
        plain.send(region, offset: offset, count: count)
    }

    /// Whether the socket has unread input.
    var hasUnreadInput: Bool { plain.hasUnreadInput }

    /// Whether the client has ended its side, or the connection is broken.
    var isHalfClosed: Bool { plain.isHalfClosed }

    /// Ends our side; the client's side stays open.
    func endSending() throws(Errno) { try plain.endSending() }

    /// Makes the close a reset, so that the client knows that its response is not complete.
    func resetOnClose() { plain.resetOnClose() }

    /// Resets the connection at once, although another thread still uses it.
    func abort() { plain.abort() }

    /// Wakes a thread that waits for input: the connection gives way to another one.
    func preempt() { plain.preempt() }

    /// Whether a thread waits for input.
    var isWaitingForInput: Bool { plain.isWaitingForInput.load(ordering: .relaxed) }

    /// How many bytes were received.
    var receivedCount: Int { plain.receivedCount.load(ordering: .relaxed) }

    /// Whether calls block until there is input or room.
    func setBlocking(_ blocks: Bool) throws(Errno) { try plain.setBlocking(blocks) }

    /// How long a blocking call waits at a time.
    func setWait(_ limit: Duration) throws(Errno) { try plain.setWait(limit) }
}
