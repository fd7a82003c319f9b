import ForktailConnection
import ForktailHTTP
import ForktailSystem
import Synchronization

/// A connection that a thread drives for an exchange, because it may block: for a large body that is
/// read while it comes, a stream, or a connection that the application takes over.
final class Delegation: ThreadPool.Work, Heartbeat, @unchecked Sendable {
    // SAFETY: the loop makes it and leaves it to the thread, which gives it back through a mailbox,
    // whose lock orders what both have written. In between, the loop uses only atomics, constants,
    // and single calls on the socket.

    /// The connection as the thread drives it.
    let connection: ClientConnection
    let use: Exchange.ThreadUse
    /// Whether the thread is that of a handler.
    let isOfHandler: Bool
    /// The client, whose share of the threads is limited.
    let client: RemoteAddress
    /// Its request, which only the thread may read.
    let shown: RunningRequest?
    let interval: Duration
    /// When the thread was asked for.
    let start: Instant
    /// The bytes that the connection had received by then.
    private let receivedAtStart: Int
    /// The next step, once the thread is done.
    private(set) var step = ConnectionMachine.Step.wait
    private let handler: RequestHandler
    private let finish: @Sendable (Delegation) -> Void
    private let lastBeat: Atomic<Int64>

    init(
        _ exchange: Exchange,
        _ use: Exchange.ThreadUse,
        of connection: ClientConnection,
        isOfHandler: Bool,
        handler: RequestHandler,
        interval: Duration,
        at now: Instant,
        finish: @escaping @Sendable (Delegation) -> Void
    ) {
        self.use = use
        self.isOfHandler = isOfHandler
        self.connection = ClientConnection(delegating: connection)
        client = exchange.client
        shown = exchange.runningRequest()
        self.handler = handler
        self.interval = interval
        self.finish = finish
        start = now
        receivedAtStart = connection.transport.receivedCount
        lastBeat = Atomic(now.sinceBoot.nanoseconds)
    }

    func run(in thread: WorkerThread) {
        run(.delegate, by: makeDriver(in: thread))
    }

    private func makeDriver(in thread: WorkerThread) -> BlockingDriver {
        connection.exchange.noteHandler(at: .now())
        return BlockingDriver(
            thread.io,
            handler: handler,
            score: thread.score,
            heartbeat: self,
            accessLog: nil,
            pausesInPlace: false
        )
    }

    private func run(_ first: ConnectionMachine.Step, by driver: BlockingDriver) {
        step = driver.run(first, on: connection)
        finish(self)
    }

    /// Sends the head of the response while its handler runs in the thread.
    ///
    /// - Returns: What sends more, and what ends it once the handler has returned; nil where the
    ///   client wants nothing more.
    func begin(in thread: WorkerThread, for request: Request) -> Pushed {
        let driver = makeDriver(in: thread)
        let response = PushedResponse(driver, connection, request)
        let isWanted = response.begin(from: .delegate)
        return Pushed(response: response, isWanted: isWanted) { [self] in
            if let step = response.step { run(step, by: driver) }
        }
    }

    /// A response that the handler sends while it runs.
    struct Pushed {
        let response: PushedResponse
        /// Whether the client waited for the body when the head was sent.
        let isWanted: Bool
        /// Sends the rest, and gives the connection back.
        let end: () -> Void
    }

    func beat(at now: Instant) {
        lastBeat.store(now.sinceBoot.nanoseconds, ordering: .relaxed)
    }

    /// When the thread counts as stuck: so long after its last sign of life.
    ///
    /// What serves a connection that the application took over may wait for more than its client.
    func deadline(after timeout: Duration) -> Instant? {
        let lastSign = Instant(nanosecondsSinceBoot: lastBeat.load(ordering: .relaxed))
        return use == .connection ? nil : lastSign + timeout
    }

    /// How many bytes a second the client has sent since the thread was asked for; nil where the
    /// thread does not wait for the client.
    func receiveRate(at now: Instant) -> Double? {
        guard use == .body, connection.transport.isWaitingForInput else { return nil }
        let count = connection.transport.receivedCount - receivedAtStart
        return Double(count) / max((now - start) / .seconds(1), 0.001)
    }
}
