import ForktailHTTP
import ForktailValues

@testable import ForktailConnection

/// A connection in the simulated world: both ends, and what the world knows of it.
final class Session {
    /// What the handler of a request is about.
    struct Handling {
        let plan: RequestPlan
        let exchange: Exchange
        /// Whether the body is read while the handler runs.
        let isLive: Bool
        /// When it does something; `never` where it is stuck.
        var readyAt: Int
        /// When its time is over, where the driver finds that out.
        var givenUpAt = SimulatedClient.never
        var read = 0
        var sawEnd = false
        var error: BodyError?
    }

    /// A logged exchange.
    struct Record {
        let exchange: Exchange
        let id: Int?
        let status: Int
        let isHead: Bool
        /// Whether the handler made the response.
        let isHandled: Bool
        let isReset: Bool
        let isKept: Bool
        let sentLength: UInt64
        /// Whether the client waited for `100 Continue`, and took what was sent.
        let isWaiting: Bool
    }

    let index: Int
    let client: SimulatedClient
    let peer: RemoteAddress
    var socket: SimulatedSocket

    // The driver's side.
    private let held: HeldMachine
    /// What a thread drives.
    var threadHeld: HeldMachine?
    var thread: Int?
    var step = ConnectionMachine.Step.wait
    var isOpen = false
    /// Whether the socket had no room.
    var isBlocked = false
    var hasReportedBreak = false
    var handling: Handling?
    var pull: (next: () throws -> [UInt8]?, readyAt: Int)?
    /// The next piece of a sequence, once it is there.
    var sequence: (() throws -> [UInt8]?)?
    /// Whether the task that runs is cancelled.
    var isCancelled = false
    var hasReportedEnd = false
    var takenUntil: Int?
    /// When a handler that was given up returns.
    var lateAnswerAt = SimulatedClient.never

    // The client's side.
    var clientAt: Int
    var barrier = 0
    /// How many bytes it had received when it began to wait for `100 Continue`, and until when.
    var waiting: (received: Int, until: Int)?

    // What is known of it.
    var runs = 0
    /// When the first byte of the request came.
    var requestStart = 0
    var records: [Record] = []
    /// The exchanges whose handler's response was accepted, and the one that is being sent.
    var handled: Exchange?
    var sending: Exchange?
    /// Whether the worker was stopping when the response began.
    var isStopped = false
    /// What the handler knew of its request's body in the end.
    var lastHandling: Handling?
    /// Whether the client took nothing of `100 Continue` for too long.
    var isUnread = false
    /// Bytes sent since the last exchange was logged.
    var sentSinceLog = 0
    /// The statuses that the server may answer with by itself.
    var excuses: Set<Int> = []
    /// Whether the connection may end without an answer.
    var isExcused = false
    /// The notes since the last exchange was logged.
    var notes: [Note] = []
    /// Since when the stream has given nothing.
    var emptySince: Int?
    /// A request that the application holds on to, and its target.
    var kept: (request: Request, target: String)?
    /// How many bytes the application has sent on a connection that it took over.
    var takenBytes = 0
    /// How many bytes were received after the last response, to be dropped.
    var dropped = 0

    init(index: Int, client: SimulatedClient) {
        self.index = index
        self.client = client
        peer = .ipv4(0x0a00_0001 + UInt32(index), port: 1000)
        socket = SimulatedSocket(room: client.firstRoom)
        held = HeldMachine(
            ConnectionMachine(
                peer: peer,
                accepted: World.instant(client.opensAt),
                security: client.isSecure ? .expected : .none
            )
        )
        clientAt = client.opensAt
    }

    /// The value that the loop drives, or that stands for the one of the thread.
    var machine: ConnectionMachine {
        _read { yield held.machine }
        _modify { yield &held.machine }
    }

    /// The thread gives the connection back.
    func takeBack() {
        guard let thread = threadHeld else { return }
        swap(&held.machine, &thread.machine)
        threadHeld = nil
    }

    /// The value that is driven.
    var active: ConnectionMachine {
        _read {
            let driven = threadHeld ?? held
            yield driven.machine
        }
    }

    /// The exchange of a step that has one.
    var exchange: Exchange {
        guard let exchange = active.exchange else { preconditionFailure("no exchange") }
        return exchange
    }

    /// The plan of the request whose exchange comes next.
    var plan: RequestPlan? {
        records.count < client.plans.count ? client.plans[records.count] : nil
    }

    var isLastKept: Bool { records.last?.isKept ?? true }
}

extension ConnectionMachine {
    /// How many bytes it keeps of what the client sends, and of what it is sent.
    var memory: (received: Int, output: Int) {
        let buffer: RequestBuffer? =
            switch state {
            case .head(let buffer), .body(let buffer), .proxyHeader(let buffer?),
                .continuing(.buffered(let buffer), _, _):
                buffer
            default: exchange?.buffer
            }
        var output = 0
        if case .own(let bytes, _) = exchange?.output.bytes { output = bytes.count }
        return ((buffer?.count ?? 0) + (exchange?.body?.rest.count ?? 0), output)
    }
}

extension Exchange {
    /// Why the body can't be read any further.
    var bodyFailure: BodyError? { body?.failure }
}

/// A machine that can change its place, which one that is never copied can't.
final class HeldMachine {
    var machine: ConnectionMachine

    init(_ machine: consuming ConnectionMachine) {
        self.machine = machine
    }
}
