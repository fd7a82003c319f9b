import ForktailHTTP
import ForktailSystem
import Synchronization

/// What moves bytes for a driver: a plain socket, or TLS.
///
/// Drivers know no more of it than these calls, so that another kind of transport is one more case.
enum Transport {
    case plain(PlainTransport)
    case secure(SecureTransport)

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

    /// The first byte of the input.
    enum Peeked {
        case byte(UInt8)
        /// The client has ended its side.
        case ended
        /// No input, or a signal interrupted the call.
        case nothing
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

    /// The socket.
    private var socket: PlainTransport {
        switch self {
        case .plain(let transport): transport
        case .secure(let transport): transport.socket
        }
    }

    /// The descriptor to wait for.
    var number: CInt { socket.number }

    /// Whether a receive call may return something.
    var mayHaveInput: Bool {
        switch self {
        case .plain(let transport): transport.mayHaveInput
        case .secure(let transport): transport.mayHaveInput
        }
    }

    /// Whether the handshake waits for room to send.
    var wantsRoom: Bool {
        switch self {
        case .plain: false
        case .secure(let transport): transport.wantsRoom
        }
    }

    /// Notes an event of epoll(7).
    func note(_ ready: EventPoll.Ready) {
        switch self {
        case .plain(let transport): transport.note(ready)
        case .secure(let transport): transport.note(ready)
        }
    }

    /// Makes the next receive call ask the kernel in any case.
    func expectInput() {
        switch self {
        case .plain(let transport): transport.mayHaveInput = true
        case .secure(let transport): transport.expectInput()
        }
    }

    /// Receives input.
    func receive(into room: UnsafeMutableRawBufferPointer, waiting: Bool) -> Received {
        switch self {
        case .plain(let transport): transport.receive(into: room, waiting: waiting)
        case .secure(let transport): transport.receive(into: room, waiting: waiting)
        }
    }

    /// Sends what the socket takes; `more` says that other bytes follow at once.
    func send(_ bytes: Span<UInt8>, more: Bool) -> Sent {
        switch self {
        case .plain(let transport): transport.send(bytes, more: more)
        case .secure(let transport): transport.send(bytes, more: more)
        }
    }

    /// Sends what the socket takes of a file.
    ///
    /// - Throws: Why the file can't be read.
    func send(_ region: FileRegion, offset: UInt64, count: UInt64) throws(Errno) -> Sent {
        switch self {
        case .plain(let transport): try transport.send(region, offset: offset, count: count)
        case .secure(let transport): try transport.send(region, offset: offset, count: count)
        }
    }

    /// Whether there is input that was not received.
    var hasUnreadInput: Bool {
        switch self {
        case .plain(let transport): transport.hasUnreadInput
        case .secure(let transport): transport.hasUnreadInput
        }
    }

    /// Whether an event has told that the client has ended its side.
    var hasEnded: Bool { socket.hasEnded }

    /// Whether the client has ended its side, or the connection is broken.
    var isHalfClosed: Bool { socket.isHalfClosed }

    /// Ends our side; the client's side stays open.
    func endSending() throws(Errno) {
        switch self {
        case .plain(let transport): try transport.endSending()
        case .secure(let transport): try transport.endSending()
        }
    }

    /// Gets ready for the close; a reset tells the client that its response is not complete.
    func prepareClose(reset: Bool) {
        switch self {
        case .plain(let transport): if reset { transport.resetOnClose() }
        case .secure(let transport): transport.prepareClose(reset: reset)
        }
    }

    /// Resets the connection at once, although another thread still uses it.
    func abort() { socket.abort() }

    /// Wakes a thread that waits for input: the connection gives way to another one.
    func preempt() { socket.preempt() }

    /// Whether a thread waits for input.
    var isWaitingForInput: Bool { socket.isWaitingForInput.load(ordering: .relaxed) }

    /// How many bytes were received.
    var receivedCount: Int { socket.receivedCount.load(ordering: .relaxed) }

    /// Whether calls block until there is input or room.
    func setBlocking(_ blocks: Bool) throws(Errno) { try socket.setBlocking(blocks) }

    /// How long a blocking call waits at a time.
    func setWait(_ limit: Duration) throws(Errno) { try socket.setWait(limit) }
}
