// A client's connection as a worker uses that serves one at a time.
//
// Every wait is bounded by a deadline and comes back once per heartbeat interval, so that a slow
// client never makes the worker look hung. The socket has the interval as its timeout: TCP sockets
// inherit it from their listener, which saves two system calls per connection.

import ForktailHTTP
import ForktailSystem

final class Connection {
    let peer: SocketAddress
    private let socket: FileDescriptor
    private let heartbeat: HeartbeatWriter
    private let scratch: ReceiveBuffer
    private var receiveWait: Duration
    private var hasReceived = false

    init(
        _ accepted: consuming Acceptor.Accepted,
        heartbeat: HeartbeatWriter,
        scratch: ReceiveBuffer
    ) throws(ConnectionFailure) {
        peer = accepted.peer
        self.heartbeat = heartbeat
        self.scratch = scratch
        receiveWait = heartbeat.interval
        socket = accepted.takeSocket()
        CrashHandler.arm(socket)
        guard peer.isUnix else { return }
        do throws(Errno) {
            try socket.setReceiveTimeout(receiveWait)
            try socket.setSendTimeout(receiveWait)
        } catch {
            throw .ended(error)
        }
    }

    deinit {
        CrashHandler.disarm()
    }

    /// Another descriptor of the socket, for somebody who will close it later.
    func duplicateSocket() throws(Errno) -> FileDescriptor {
        try socket.duplicate()
    }

    /// Receives what there is, and waits for it until the deadline.
    ///
    /// - Parameters:
    ///   - bytes: What is appended to.
    ///   - deadline: When to give up.
    ///   - patience: How long to wait at most once the worker is to stop; nil: until the deadline.
    /// - Returns: How many bytes came; zero when the client has ended its side.
    /// - Throws: Why nothing came.
    func receive(
        appendingTo bytes: inout [UInt8],
        by deadline: Instant,
        patienceWhenStopping patience: Duration? = nil
    ) throws(ConnectionFailure) -> Int {
        var deadline = deadline
        // A client that dawdles keeps each call below from waiting for long: the time counts anyway.
        if hasReceived { try keepTime(until: deadline) }
        while true {
            do throws(Errno) {
                let count = try socket.receive(into: scratch.room)
                hasReceived = true
                bytes.append(contentsOf: scratch.room.prefix(count))
                return count
            } catch {
                if let patience, WorkerSignals.stop != .none {
                    deadline = min(deadline, Instant.now() + patience)
                }
                try pause(after: error, until: deadline)
            }
        }
    }

    /// Whether bytes wait that nobody has asked for.
    var hasUnreadBytes: Bool {
        // EAGAIN means that there are none; whatever else is wrong shows when the socket is closed.
        ((try? socket.receive(into: scratch.room, waiting: false)) ?? 0) > 0
    }

    /// Sends all bytes; each time the client takes some, the time to wait for it starts anew.
    func send(
        _ bytes: [UInt8],
        more: Bool = false,
        patience: Duration
    ) throws(ConnectionFailure) {
        var sent = 0
        var deadline = Instant.now() + patience
        while sent < bytes.count {
            do throws(Errno) {
                sent += try bytes.span.bytes.withUnsafeBytes { buffer throws(Errno) in
                    try socket.send(UnsafeRawBufferPointer(rebasing: buffer[sent...]), more: more)
                }
                if sent < bytes.count { deadline = progress(patience) }
            } catch {
                try pause(after: error, until: deadline)
            }
        }
    }

    /// Sends a part of a file.
    ///
    /// The socket does not block meanwhile: sendfile(2) would go on within one call for as long as a
    /// slow client takes a little now and then, whatever the send timeout, and no beat would come.
    ///
    /// - Returns: How many bytes went out: fewer than asked for when the file has become shorter.
    func send(_ region: FileRegion, patience: Duration) throws(ConnectionFailure) -> UInt64 {
        var offset = region.offset
        let end = region.offset + region.length
        var deadline = Instant.now() + patience
        do throws(Errno) {
            try socket.setNonBlocking(true)
        } catch {
            throw .ended(error)
        }
        while offset < end {
            do throws(Errno) {
                let count = Int(min(end - offset, Self.largestFilePart))
                let sent = try socket.sendFile(region.descriptor, offset: &offset, count: count)
                if sent == 0 { break }
                deadline = progress(patience)
            } catch {
                try waitUntilWritable(after: error, until: deadline)
            }
        }
        return offset - region.offset
    }

    private func waitUntilWritable(
        after error: Errno,
        until deadline: Instant
    ) throws(ConnectionFailure) {
        guard error == .wouldBlock || error == .interrupted else { throw .ended(error) }
        let remaining = try keepTime(until: deadline)
        do throws(Errno) {
            let limit = min(remaining, heartbeat.interval)
            _ = try Poll.writable(socket.rawValue, timeout: limit)
        } catch {
            throw .ended(error)
        }
    }

    /// How much of a file goes out between two looks at the clock.
    private static let largestFilePart: UInt64 = 1 << 20

    /// Has the kernel tell the client that the answer is not whole.
    func cut() {
        // On a socket that is broken already nothing is left to say.
        try? socket.resetOnClose()
    }

    private func progress(_ patience: Duration) -> Instant {
        let now = Instant.now()
        heartbeat.beat(at: now)
        return now + patience
    }

    /// What follows a call that did nothing: a beat, and the end where the time is over.
    private func pause(after error: Errno, until deadline: Instant) throws(ConnectionFailure) {
        guard error == .wouldBlock || error == .interrupted else { throw .ended(error) }
        try shortenWait(to: try keepTime(until: deadline))
    }

    /// A beat, and the end where the time is over; otherwise how much of it is left.
    @discardableResult
    private func keepTime(until deadline: Instant) throws(ConnectionFailure) -> Duration {
        let now = Instant.now()
        heartbeat.beat(at: now)
        if WorkerSignals.stop == .quick { throw .stopping }
        guard now < deadline else { throw .timedOut }
        return deadline - now
    }

    /// Has the next call come back in time for a deadline that is less than an interval away.
    private func shortenWait(to remaining: Duration) throws(ConnectionFailure) {
        let wanted = min(remaining, heartbeat.interval)
        guard wanted < receiveWait else { return }
        do throws(Errno) {
            try socket.setReceiveTimeout(wanted)
            try socket.setSendTimeout(wanted)
            receiveWait = wanted
        } catch {
            throw .ended(error)
        }
    }
}

/// Why a connection can't be used any more.
enum ConnectionFailure: Error {
    /// The client did nothing for too long.
    case timedOut
    /// The connection broke.
    case ended(Errno)
    /// The worker is to leave at once.
    case stopping
}

extension ConnectionFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .timedOut: "the client did nothing for too long"
        case .ended(let error): "the connection broke: \(error)"
        case .stopping: "the worker had to leave"
        }
    }
}

/// Room for one receive call, made once per worker.
final class ReceiveBuffer {
    let room: UnsafeMutableRawBufferPointer

    init(size: Int) {
        // SAFETY: freed in deinit only; `Connection` keeps a reference for as long as it uses it.
        room = .allocate(byteCount: size, alignment: 16)
    }

    deinit {
        room.deallocate()
    }
}
