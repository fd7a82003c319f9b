import ForktailHTTP
import ForktailSystem
import ForktailTLS
import Synchronization

/// A socket whose client speaks TLS, from before the handshake to after the last record.
///
/// Before the handshake and after our side is ended, bytes are moved as they are: for a PROXY header,
/// for a client that speaks HTTP, and for input that is only dropped.
final class SecureTransport: @unchecked Sendable {
    // SAFETY: as for PlainTransport.
    let socket: PlainTransport
    private let context: TLSContext
    /// TLS, from the first byte of the handshake to the end of our side.
    private var tls: TLSConnection?
    /// Bytes that were received before the handshake and are not in TLS.
    private var early: [UInt8] = []
    /// A record that OpenSSL has made and the socket has not taken as a whole: its content.
    private var unsent: [UInt8] = []

    init(_ socket: PlainTransport, _ context: TLSContext) {
        self.socket = socket
        self.context = context
    }

    /// Whether the last call of the handshake found no room to send.
    private(set) var wantsRoom = false

    /// The state of TLS for the crash handler; nil before the handshake.
    var state: OpaquePointer? { tls?.pointer }

    /// Whether our side is ended: input is only dropped.
    private var hasEndedSending = false

    /// TLS, while bytes go through it.
    private var active: TLSConnection? { hasEndedSending ? nil : tls }

    var mayHaveInput: Bool {
        guard let active else { return socket.mayHaveInput || !early.isEmpty }
        // The end is a read of zero bytes, which epoll does not report a second time.
        return active.mayHaveInput || socket.hasEnded
    }

    func note(_ ready: EventPoll.Ready) {
        socket.note(ready)
        if ready.isReadable || ready.hasEnded { tls?.expectInput() }
    }

    func expectInput() {
        socket.mayHaveInput = true
        tls?.expectInput()
    }

    // MARK: The handshake

    /// Gives back bytes that were received before the handshake.
    func giveBack(_ bytes: [UInt8]) {
        early += bytes
    }

    /// Looks at the first byte of the client.
    func peek() -> Transport.Peeked {
        if let first = early.first { return .byte(first) }
        return socket.peek()
    }

    /// The result of a handshake call.
    enum Handshake {
        case complete(SecureConnection)
        case wantsInput
        case wantsRoom
        /// The client has ended its side.
        case ended
        case failed(String)
    }

    /// Gets ready for the handshake.
    ///
    /// - Returns: False without memory.
    func beginHandshake() -> Bool {
        guard let tls = TLSConnection(context, descriptor: socket.number), tls.prepend(early) else {
            return false
        }
        early = []
        self.tls = tls
        return true
    }

    /// Continues the handshake.
    func handshake() -> Handshake {
        guard let tls else { preconditionFailure("a handshake that has not begun") }
        wantsRoom = false
        switch tls.handshake() {
        case .bytes: return .complete(SecureConnection(tls))
        case .wantsInput: return .wantsInput
        case .wantsRoom:
            wantsRoom = true
            return .wantsRoom
        case .ended: return .ended
        case .socketFailed(let error): return .failed("\(Errno(rawValue: error))")
        case .protocolFailed(let reason): return .failed(reason)
        }
    }

    // MARK: Bytes

    func receive(into room: UnsafeMutableRawBufferPointer, waiting: Bool) -> Transport.Received {
        guard let tls = active else { return receiveRaw(into: room, waiting: waiting) }
        socket.isWaitingForInput.store(waiting, ordering: .relaxed)
        let outcome = tls.read(into: room, waiting: waiting)
        if waiting { socket.isWaitingForInput.store(false, ordering: .relaxed) }
        if waiting, socket.isPreempted { return .preempted }
        switch outcome {
        case .bytes(let count):
            socket.noteReceived(count)
            return .bytes(count)
        case .wantsInput, .wantsRoom: return .nothing
        case .ended: return .ended
        case .socketFailed(let error): return .failed(Errno(rawValue: error))
        case .protocolFailed: return .failed(.protocolError)
        }
    }

    private func receiveRaw(
        into room: UnsafeMutableRawBufferPointer,
        waiting: Bool
    ) -> Transport.Received {
        guard !early.isEmpty else { return socket.receive(into: room, waiting: waiting) }
        let count = min(early.count, room.count)
        room.copyBytes(from: early[..<count])
        early.removeFirst(count)
        return .bytes(count)
    }

    func send(_ bytes: Span<UInt8>, more: Bool) -> Transport.Sent {
        guard let tls = active else { return socket.send(bytes, more: more) }
        return bytes.bytes.withUnsafeBytes { bytes in
            // A record that is made has to go out first, even if its content was given up since.
            if let blocked = sendUnsent(by: tls) { return blocked }
            if let count = takeUnsent(startOf: bytes) { return .bytes(count) }
            return write(bytes, more: more, by: tls)
        }
    }

    /// Sends what the socket takes of a file, in records of 16 KiB.
    func send(
        _ region: FileRegion,
        offset: UInt64,
        count: UInt64
    ) throws(Errno) -> Transport.Sent {
        guard let tls = active else {
            return try socket.send(region, offset: offset, count: count)
        }
        if let blocked = sendUnsent(by: tls) { return blocked }
        if let count = takeUnsent() { return .bytes(count) }
        let wanted = min(Int(clamping: count), Self.recordSize)
        let bytes = try FileDescriptor.read(from: region.descriptor, upTo: wanted, at: offset)
        guard !bytes.isEmpty else { return .bytes(0) }
        return bytes.withUnsafeBytes { write($0, more: count > wanted, by: tls) }
    }

    private static let recordSize = 16_384

    private func write(
        _ bytes: UnsafeRawBufferPointer,
        more: Bool,
        by tls: TLSConnection
    ) -> Transport.Sent {
        switch tls.write(bytes, more: more) {
        case .bytes(let count): return .bytes(count)
        case .wantsRoom:
            unsent = Array(bytes.prefix(Self.recordSize))
            return .blocked
        case .wantsInput: return .blocked
        case .ended: return .failed(.brokenPipe)
        case .socketFailed(let error): return .failed(Errno(rawValue: error))
        case .protocolFailed: return .failed(.protocolError)
        }
    }

    /// How many bytes of `unsent` are sent and not yet reported.
    private var unreported = 0

    /// Sends the record that the socket has not taken.
    ///
    /// - Returns: The result where it still does not; nil where nothing is left.
    private func sendUnsent(by tls: TLSConnection) -> Transport.Sent? {
        guard !unsent.isEmpty, unreported == 0 else { return nil }
        switch unsent.withUnsafeBytes({ tls.write($0, more: false) }) {
        case .bytes(let count):
            unreported = count
            return nil
        case .wantsInput, .wantsRoom: return .blocked
        case .ended: return .failed(.brokenPipe)
        case .socketFailed(let error): return .failed(Errno(rawValue: error))
        case .protocolFailed: return .failed(.protocolError)
        }
    }

    /// Forgets the record that was sent late.
    ///
    /// - Returns: Its length; nil where there was none, or its content is not the start of `bytes`.
    private func takeUnsent(startOf bytes: UnsafeRawBufferPointer? = nil) -> Int? {
        guard unreported > 0 else { return nil }
        defer {
            unsent = []
            unreported = 0
        }
        if let bytes {
            let isSame =
                bytes.count >= unreported
                && bytes.prefix(unreported).elementsEqual(unsent.prefix(unreported))
            guard isSame else { return nil }
        }
        return unreported
    }

    // MARK: The end

    var hasUnreadInput: Bool {
        tls?.hasPending == true || !early.isEmpty || socket.hasUnreadInput
    }

    func endSending() throws(Errno) {
        active?.end()
        hasEndedSending = true
        socket.mayHaveInput = true
        try socket.endSending()
    }

    func prepareClose(reset: Bool) {
        if reset { return socket.resetOnClose() }
        active?.end()
    }
}

extension SecureConnection {
    /// What a connection has agreed on.
    fileprivate convenience init(_ tls: TLSConnection) {
        self.init(
            version: tls.version,
            cipherSuite: tls.suite,
            serverName: tls.serverName,
            isResumed: tls.isResumed,
            clientCertificate: tls.peer.map { peer in
                ClientCertificate(
                    subject: peer.subject,
                    issuer: peer.issuer,
                    serial: peer.serial,
                    fingerprint: peer.fingerprint,
                    verificationFailure: peer.failure
                )
            }
        )
    }
}
