// A client's connection as a worker uses that serves one at a time.
//
// Every wait is bounded by a deadline and comes back once per heartbeat interval, so that a slow
// client never makes the worker look hung. The socket has the interval as its timeout: TCP sockets
// inherit it from their listener, which saves two system calls per connection.

import ForktailHTTP
import ForktailSystem

final class Connection {
    private let shared: SharedDescriptor
    private let heartbeat: any Heartbeat
    private let scratch: ReceiveBuffer
    private var receiveWait: Duration
    private var hasReceived = false

    /// Makes a connection of a socket whose calls wait.
    ///
    /// - Parameters:
    ///   - socket: The socket.
    ///   - hasTimeouts: Whether it has the interval as its timeout already.
    ///   - heartbeat: What is told that a wait is no silence.
    ///   - scratch: Room for what comes in.
    /// - Throws: Why it can't be used.
    init(
        _ socket: SharedDescriptor,
        hasTimeouts: Bool,
        heartbeat: any Heartbeat,
        scratch: ReceiveBuffer
    ) throws(ConnectionFailure) {
        self.heartbeat = heartbeat
        self.scratch = scratch
        receiveWait = heartbeat.interval
        shared = socket
        CrashHandler.watch(number)
        CrashHandler.enter(number)
        guard !hasTimeouts else { return }
        do throws(Errno) {
            try self.socket.setReceiveTimeout(receiveWait)
            try self.socket.setSendTimeout(receiveWait)
        } catch {
            throw .ended(error)
        }
    }

    deinit {
        CrashHandler.forget(number)
        CrashHandler.leave()
    }

    private var socket: FileDescriptor {
        _read { yield shared.descriptor }
    }

    /// The number of the socket.
    var number: CInt { shared.descriptor.rawValue }

    /// The socket, for somebody who will close it later.
    var descriptor: SharedDescriptor { shared }

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

    /// Whether the client has ended its side.
    var hasEnded: Bool { socket.peerHasEnded }

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
                deadline = progress(patience)
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
