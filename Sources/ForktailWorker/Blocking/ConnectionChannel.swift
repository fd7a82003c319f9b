import ForktailHTTP
import ForktailSystem

/// The connection of an application that has taken it over.
final class ConnectionChannel: ByteChannel {
    private let transport: Transport
    private let writeTimeout: Duration
    private let heartbeat: any Heartbeat
    private let scratch = ReceiveBuffer(size: 16_384)
    /// What was received and not yet handed out.
    private var received: [UInt8]
    /// How many bytes the application has sent.
    private(set) var written: UInt64 = 0

    /// Takes the connection over.
    ///
    /// - Parameters:
    ///   - transport: The connection.
    ///   - early: Bytes received after the request, handed to the application first.
    ///   - writeTimeout: How long the client may take nothing.
    ///   - heartbeat: Takes a beat during each wait, so that the worker does not count as hung.
    init(
        _ transport: Transport,
        early: [UInt8],
        writeTimeout: Duration,
        heartbeat: any Heartbeat
    ) {
        self.transport = transport
        self.writeTimeout = writeTimeout
        self.heartbeat = heartbeat
        received = early
    }

    func read(upTo count: Int, within limit: Duration) throws(ByteStreamError) -> [UInt8] {
        let deadline = Instant.now() + limit
        while received.isEmpty {
            try keepTime(until: deadline, isReading: true)
            switch transport.receive(into: scratch.room, waiting: true) {
            case .bytes(let count): scratch.withBytes(count) { received.append($0) }
            case .ended: return []
            case .nothing, .preempted: break
            case .failed(let error): throw .broken(error)
            }
        }
        let bytes = Array(received.prefix(count))
        received.removeFirst(bytes.count)
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(ByteStreamError) {
        var sent = 0
        var deadline = Instant.now() + writeTimeout
        while sent < bytes.count {
            switch transport.send(bytes.span.extracting(sent...), more: false) {
            case .bytes(let count):
                sent += count
                written += UInt64(count)
                let now = Instant.now()
                heartbeat.beat(at: now)
                deadline = now + writeTimeout
            case .blocked: try keepTime(until: deadline, isReading: false)
            case .failed(let error): throw .broken(error)
            }
        }
    }

    private func keepTime(until deadline: Instant, isReading: Bool) throws(ByteStreamError) {
        let now = Instant.now()
        heartbeat.beat(at: now)
        if WorkerSignals.stop == .quick || isReading && WorkerSignals.stop != .none {
            throw .stopping
        }
        guard now < deadline else { throw .timedOut }
        do throws(Errno) {
            try transport.setWait(min(deadline - now, heartbeat.interval))
        } catch {
            throw .broken(error)
        }
    }
}

extension ByteStreamError {
    fileprivate static func broken(_ error: Errno) -> ByteStreamError {
        .ended(reason: "the connection broke: \(error)")
    }
}
