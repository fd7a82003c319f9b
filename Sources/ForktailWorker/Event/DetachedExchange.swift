import ForktailHTTP
import ForktailLog
import ForktailSystem
import Synchronization

/// An exchange that has a thread and its connection to itself, because the application reads the
/// body as it comes, or has taken the connection over.
final class DetachedExchange: @unchecked Sendable {
    // SAFETY: the loop makes it and leaves it to the thread; that gives it back through a mailbox,
    // whose lock orders what both have written. In between the loop reads `lastBeat` only.

    /// What the thread does.
    enum Work {
        /// Have the application answer a request whose body is on its way.
        case respond(mayPersist: Bool)
        /// Give the application the connection.
        case handOver(Exchange, early: [UInt8])
    }

    let work: Work
    /// Whether it is about a large body.
    var readsBody: Bool { if case .respond = work { true } else { false } }
    /// The connection, for the loop alone.
    let connection: EventConnection
    private let descriptor: SharedDescriptor
    let storage: RequestStorage
    let start: Instant
    let patience: Duration
    /// What was answered; its request's body refers to the connection, and that to this object.
    private var exchange: Exchange?
    /// What is left of the connection in the end.
    private(set) var rest = ExchangeServer.Rest.nothing
    private let lastBeat: Atomic<Int64>

    init(_ work: Work, _ connection: EventConnection, _ intake: Intake, interval: Duration) {
        self.work = work
        self.connection = connection
        descriptor = connection.descriptor
        storage = intake.storage
        start = intake.start
        patience = interval
        lastBeat = Atomic(Instant.now().sinceBoot.nanoseconds)
    }

    /// How long the application has given no sign of life.
    func silence(at now: Instant) -> Duration {
        now.sinceBoot - .nanoseconds(lastBeat.load(ordering: .relaxed))
    }

    /// Does the work.
    func run(_ handler: RequestHandler) {
        let score = ScoreboardEntry.makePrivate()
        defer { score.discard() }
        // Without a stack of its own the crash handler has less room, and that is all.
        try? CrashHandler.enterThread(notingIn: score)
        do throws(ConnectionFailure) {
            let connection = try Connection(
                descriptor,
                hasTimeouts: false,
                heartbeat: self,
                scratch: ReceiveBuffer(size: 65_536)
            )
            let server = ExchangeServer(handler, notingIn: score) { self.exchange = $0 }
            rest = serve(connection, server)
        } catch {
            handler.context.logger.debug("\(storage.remoteAddress): \(error)")
        }
        CrashHandler.leaveThread()
    }

    /// Gives away what was answered, without which nothing here refers to itself.
    func takeExchange() -> Exchange? {
        defer { exchange = nil }
        return exchange
    }

    private func serve(_ connection: Connection, _ server: ExchangeServer) -> ExchangeServer.Rest {
        switch work {
        case .respond(let mayPersist):
            server.respond(to: storage, on: connection, since: start, mayPersist: mayPersist)
        case .handOver(let exchange, let early):
            server.handOver(exchange, on: connection, early: early)
        }
    }
}

extension DetachedExchange: Heartbeat {
    var interval: Duration { patience }

    func beat(at now: Instant) {
        lastBeat.store(now.sinceBoot.nanoseconds, ordering: .relaxed)
    }
}
