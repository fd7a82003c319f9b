import ForktailHTTP
import ForktailSystem
import Synchronization

/// A socket without TLS.
///
/// It knows when a receive call would return nothing: a read that returns less than there was room
/// for has taken everything, and edge-triggered epoll(7) reports more.
final class PlainTransport: @unchecked Sendable {
    // SAFETY: one driver at a time uses it. The loop and a thread hand it over through a mailbox; in
    // between, the loop reads only the atomics, and calls only `abort` and `preempt`.
    private let socket: FileDescriptor
    var mayHaveInput = true
    private(set) var hasEnded = false
    /// Whether `preempt` was called.
    var isPreempted: Bool { preempted.load(ordering: .relaxed) }
    let isWaitingForInput = Atomic(false)
    let receivedCount = Atomic(0)
    private let preempted = Atomic(false)

    /// How long a blocking call waits at a time; nil where it was not set.
    private var wait: Duration?

    /// Takes a socket whose blocking calls wait for so long at a time, as inherited from its listener.
    init(_ socket: consuming FileDescriptor, wait: Duration? = nil) {
        self.socket = socket
        self.wait = wait
    }

    var number: CInt { socket.rawValue }

    func note(_ ready: EventPoll.Ready) {
        if ready.isReadable { mayHaveInput = true }
        if ready.hasEnded { hasEnded = true }
    }

    func receive(into room: UnsafeMutableRawBufferPointer, waiting: Bool) -> Transport.Received {
        guard waiting else { return receiveOnce(into: room, waiting: false) }
        isWaitingForInput.store(true, ordering: .relaxed)
        defer { isWaitingForInput.store(false, ordering: .relaxed) }
        let received = receiveOnce(into: room, waiting: true)
        return isPreempted ? .preempted : received
    }

    private func receiveOnce(
        into room: UnsafeMutableRawBufferPointer,
        waiting: Bool
    ) -> Transport.Received {
        do throws(Errno) {
            let count = try socket.receive(into: room, waiting: waiting)
            guard count > 0 else { return .ended }
            noteReceived(count)
            // The end is a read of zero bytes, which epoll does not report a second time.
            mayHaveInput = count == room.count || hasEnded
            return .bytes(count)
        } catch .wouldBlock {
            mayHaveInput = false
            return .nothing
        } catch .interrupted {
            return .nothing
        } catch {
            return .failed(error)
        }
    }

    /// Counts received bytes, without a locked instruction: one driver at a time calls it.
    func noteReceived(_ count: Int) {
        receivedCount.store(receivedCount.load(ordering: .relaxed) + count, ordering: .relaxed)
    }

    func send(_ bytes: Span<UInt8>, more: Bool) -> Transport.Sent {
        sent { () throws(Errno) in
            try bytes.bytes.withUnsafeBytes { (buffer) throws(Errno) in
                try socket.send(buffer, more: more)
            }
        }
    }

    func send(
        _ region: FileRegion,
        offset: UInt64,
        count: UInt64
    ) throws(Errno) -> Transport.Sent {
        let sent = sent { () throws(Errno) in
            var position = offset
            return try socket.sendFile(region.descriptor, offset: &position, count: Int(count))
        }
        guard case .failed = sent else { return sent }
        // sendfile(2) does not say whether the file or the connection is to blame, and can't read every
        // file that read(2) can.
        let bytes = try FileDescriptor.read(
            from: region.descriptor,
            upTo: min(Int(clamping: count), Self.pieceSize),
            at: offset
        )
        guard !bytes.isEmpty else { return .bytes(0) }
        let again = send(bytes.span, more: false)
        if case .failed = again { return sent }
        return again
    }

    private static let pieceSize = 65_536

    private func sent(_ call: () throws(Errno) -> Int) -> Transport.Sent {
        do throws(Errno) {
            return .bytes(try call())
        } catch .wouldBlock {
            return .blocked
        } catch .interrupted {
            return .blocked
        } catch {
            return .failed(error)
        }
    }

    /// Looks at the first byte of the input without taking it.
    func peek() -> Transport.Peeked {
        var byte: UInt8 = 0
        do throws(Errno) {
            let count = try withUnsafeMutableBytes(of: &byte) { (room) throws(Errno) in
                try socket.peek(into: room)
            }
            return count > 0 ? .byte(byte) : .ended
        } catch .wouldBlock {
            mayHaveInput = false
            return .nothing
        } catch .interrupted {
            return .nothing
        } catch {
            return .failed(error)
        }
    }

    var hasUnreadInput: Bool { socket.hasUnreadInput }

    var isHalfClosed: Bool { socket.peerHasEnded }

    func endSending() throws(Errno) { try socket.endSending() }

    func resetOnClose() {
        // On a broken socket the client gets nothing anyway.
        try? socket.resetOnClose()
    }

    func abort() {
        // A socket that is no longer connected needs no abort.
        try? socket.abort()
    }

    func preempt() {
        preempted.store(true, ordering: .relaxed)
        // A socket that is no longer connected has woken the thread already.
        try? socket.endReceiving()
    }

    func setBlocking(_ blocks: Bool) throws(Errno) { try socket.setNonBlocking(!blocks) }

    func setWait(_ limit: Duration) throws(Errno) {
        // A call that returns a little early costs less than setting the option each time.
        if let wait, wait <= limit, limit < wait + wait { return }
        wait = limit
        try socket.setReceiveTimeout(limit)
        try socket.setSendTimeout(limit)
    }
}
