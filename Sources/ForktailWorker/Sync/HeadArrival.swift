import ForktailConfiguration
import ForktailHTTP
import ForktailSystem

/// Brings in the bytes of a connection up to the end of its first head, within the time that they
/// may take.
struct HeadArrival {
    /// Why no more bytes came.
    enum End {
        /// The client left, or was left, without having asked for anything.
        case silent
        /// `header_timeout` is over.
        case timedOut
        /// The client is slower than `limit_request_rate`.
        case tooSlow
        /// The client has ended its side.
        case truncated
    }

    private let connection: Connection
    private let deadline: Instant
    private let pace: RequestPace
    /// When the first bytes came; a client may wait before it asks.
    private var begin: Instant?
    private var count = 0

    /// Starts to wait for bytes of a connection that was accepted at `start`.
    init(_ connection: Connection, since start: Instant, configuration: Configuration) {
        self.connection = connection
        deadline = start + configuration.headerTimeout
        pace = RequestPace(rate: configuration.limitRequestRate)
    }

    /// Waits for more.
    ///
    /// - Parameter bytes: What they are appended to; empty as long as the client has asked nothing.
    /// - Returns: Nil where some came.
    /// - Throws: Why the connection can't be used any more.
    mutating func receive(appendingTo bytes: inout [UInt8]) throws(ConnectionFailure) -> End? {
        let isSilent = bytes.isEmpty
        if isSilent { forgetPace() }
        let paceDeadline = paceDeadline
        let limit = min(deadline, paceDeadline ?? deadline)
        do throws(ConnectionFailure) {
            let received = try connection.receive(
                appendingTo: &bytes,
                by: limit,
                patienceWhenStopping: isSilent ? Self.patienceWhenStopping() : nil
            )
            note(received)
            return received > 0 ? nil : isSilent ? .silent : .truncated
        } catch .timedOut {
            if isSilent { return .silent }
            return limit == deadline ? .timedOut : .tooSlow
        } catch .ended where isSilent {
            return .silent
        }
    }

    /// How long a connection may stay silent when the worker is to stop.
    ///
    /// Its request may be on the way; those that waited in the queue have had time to send it.
    private static func patienceWhenStopping() -> Duration {
        WorkerSignals.stop == .drain ? .milliseconds(200) : .seconds(2)
    }

    private var paceDeadline: Instant? {
        guard let begin, let allowance = pace.allowance(for: count) else { return nil }
        return begin + allowance
    }

    /// Starts the time anew: the client has not begun, or only a proxy has said whose it is.
    private mutating func forgetPace() {
        begin = nil
        count = 0
    }

    private mutating func note(_ received: Int) {
        if begin == nil { begin = .now() }
        count += received
    }
}
