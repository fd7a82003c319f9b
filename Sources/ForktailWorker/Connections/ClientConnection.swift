import ForktailConnection
import ForktailSystem
import ForktailValues

/// A client's connection in a worker: its state, its transport, and what the driver has arranged.
///
/// What is arranged follows from the state; `ConnectionTable.settle` does it.
final class ClientConnection {
    /// A connection's name, which outlives it: its index is used again, with another generation.
    struct Ticket: Hashable {
        let index: Int
        let generation: UInt32

        /// The ticket as the key of an event of epoll(7).
        var key: UInt64 { UInt64(generation) << 32 | UInt64(index) }
    }

    let transport: Transport
    var machine: ConnectionMachine
    fileprivate(set) var ticket = Ticket(index: 0, generation: 0)
    /// The handler that a thread runs for it.
    var job: HandlerJob?
    /// The task that it waits for.
    var task: RequestTask?
    /// The body that its handler's task reads while it is received.
    var body: TaskBody?
    /// The thread that drives it.
    var delegation: Delegation?
    /// The thread that waits to run the stream of its response, if one does.
    var reservation: ThreadReservation?
    /// Whether it continues in the next turn of the loop.
    var isPostponed = false
    /// What the loop waits for; nil where it does not wait.
    var interest: EventPoll.Interest?
    fileprivate(set) var deadline: Instant?
    fileprivate(set) var place: ConnectionMachine.Place?
    fileprivate(set) var mark = CrashMark.idle
    /// How far the response of the thread has come that drives it.
    let progress: ResponseProgress?
    /// The request that is begun and not logged, where there is an access log.
    private(set) var openRequest: OpenRequest?

    init(_ transport: Transport, _ machine: consuming ConnectionMachine) {
        self.transport = transport
        self.machine = machine
        progress = nil
    }

    /// Makes the connection that a thread drives in the place of this one.
    init(delegating connection: ClientConnection) {
        transport = connection.transport
        machine = connection.machine.delegate()
        ticket = connection.ticket
        mark = connection.mark
        openRequest = connection.openRequest
        let progress = ResponseProgress()
        self.progress = progress
        // A stream that was paused has sent something by another thread.
        if mark == .reset, let exchange = machine.exchange {
            progress.note(status: exchange.status, sent: exchange.sentLength)
        }
    }

    /// Continues where the thread has left off.
    func takeBack(_ delegated: ClientConnection) {
        swap(&machine, &delegated.machine)
        mark = delegated.mark
        delegation = nil
    }

    /// The exchange of a step that has one.
    var exchange: Exchange {
        guard let exchange = machine.exchange else { preconditionFailure("no exchange") }
        return exchange
    }

    /// Begins or ends the request that is not logged.
    func setOpenRequest(_ request: OpenRequest?) {
        openRequest = request
        CrashHandler.setRequest(CInt(ticket.index), request)
    }

    /// Tells the crash handler whether the client speaks TLS, and its state once the handshake has
    /// begun.
    func setSecurity(isSecure: Bool, state: OpaquePointer?) {
        CrashHandler.setSecurity(CInt(ticket.index), isSecure: isSecure, state: state)
    }

    /// Notes how far the response has come, for the arbiter and for the loop of a thread.
    func noteProgress() {
        guard openRequest != nil || progress != nil, let exchange = machine.exchange else { return }
        openRequest?.note(status: exchange.status, sent: exchange.sentLength)
        progress?.note(status: exchange.status, sent: exchange.sentLength)
    }

    /// When its driver looks at it next; nil for never.
    func deadline(in workspace: Workspace) -> Instant? {
        guard let delegation else { return machine.deadline(in: workspace) }
        return workspace.rules.timeout.flatMap(delegation.deadline)
    }

    var isClosed: Bool {
        if case .closed = machine.state { true } else { false }
    }

    /// Keeps the thread that drives it from beginning a response.
    ///
    /// - Returns: False where the thread has begun one.
    func claimResponse() -> Bool {
        guard mark != .reset else { return false }
        mark = .reset
        return CrashHandler.mark(CInt(ticket.index), .reset)
    }

    /// Tells the crash handler what it may do with the connection.
    ///
    /// - Returns: False where another thread has begun a response: nothing may be sent.
    func updateCrashMark() -> Bool {
        // `!=` would be a call of the operator through a table.
        guard let mark = machine.crashMark, !(mark == self.mark) else { return true }
        self.mark = mark
        if mark == .reset { noteProgress() }
        return CrashHandler.mark(CInt(ticket.index), mark)
    }
}

extension EventPoll {
    /// Waits for a connection, or, with nil, not any more.
    func register(_ connection: ClientConnection, _ interest: Interest?) throws(Errno) {
        guard connection.interest != interest else { return }
        let (number, key) = (connection.transport.number, connection.ticket.key)
        switch (connection.interest, interest) {
        case (nil, let interest?): try add(number, interest, key: key)
        case (_?, let interest?): try change(number, to: interest, key: key)
        case (_, nil): try remove(number)
        }
        connection.interest = interest
    }
}

/// The connections of a worker by their tickets, their deadlines and their lists.
struct ConnectionTable: ~Copyable {
    private var entries: [ClientConnection?] = []
    private var generations: [UInt32] = []
    private var free: [Int] = []
    private(set) var count = 0
    /// How many connections have a handshake under way.
    private(set) var handshakes = 0
    /// The connections of each list, the one that was there first in front.
    private var lists = RingTable(rings: ConnectionMachine.List.count)
    private var timers: TimerWheel

    init(at now: Instant) {
        timers = TimerWheel(at: now)
    }

    var isEmpty: Bool { count == 0 }

    var all: [ClientConnection] { entries.compactMap(\.self) }

    /// The connection of an event's key; nil where it is closed.
    subscript(key: UInt64) -> ClientConnection? {
        let index = Int(truncatingIfNeeded: key & 0xFFFF_FFFF)
        guard index < entries.count, generations[index] == UInt32(key >> 32) else { return nil }
        return entries[index]
    }

    mutating func insert(_ connection: ClientConnection) {
        let index: Int
        if let used = free.popLast() {
            index = used
        } else {
            index = entries.count
            entries.append(nil)
            generations.append(0)
        }
        connection.ticket = ClientConnection.Ticket(index: index, generation: generations[index])
        entries[index] = connection
        count += 1
        CrashHandler.open(CInt(index), descriptor: connection.transport.number)
        if case .secure = connection.transport {
            connection.setSecurity(isSecure: true, state: nil)
        }
    }

    mutating func remove(_ connection: ClientConnection) {
        let index = connection.ticket.index
        CrashHandler.close(CInt(index))
        entries[index] = nil
        // The highest bit marks keys of other descriptors.
        generations[index] = (generations[index] &+ 1) & 0x7FFF_FFFF
        free.append(index)
        count -= 1
        if connection.place?.list == .handshaking { handshakes -= 1 }
        lists.remove(index)
        timers.remove(index)
    }

    /// Brings deadline, list and crash mark in line with the state.
    mutating func settle(_ connection: ClientConnection, _ workspace: Workspace) {
        let index = connection.ticket.index
        let deadline = connection.deadline(in: workspace)
        if !isSame(connection.deadline, deadline) {
            connection.deadline = deadline
            if let deadline { timers.set(index, to: deadline) } else { timers.remove(index) }
        }
        let place = connection.machine.place
        if !isSame(connection.place, place) {
            if case .handshaking? = connection.place?.list { handshakes -= 1 }
            if case .handshaking? = place?.list { handshakes += 1 }
            connection.place = place
            lists.remove(index)
            if let place { lists.append(index, to: place.list.rawValue) }
        }
        _ = connection.updateCrashMark()
    }

    /// Whether two times are the same; the operator of optionals is a call through a table.
    private func isSame(_ one: Instant?, _ other: Instant?) -> Bool {
        switch (one, other) {
        case (let one?, let other?): one == other
        case (nil, nil): true
        case (_?, nil), (nil, _?): false
        }
    }

    /// Whether two places are the same.
    private func isSame(
        _ one: ConnectionMachine.Place?,
        _ other: ConnectionMachine.Place?
    ) -> Bool {
        switch (one, other) {
        case (let one?, let other?):
            one.since == other.since && one.list.rawValue == other.list.rawValue
        case (nil, nil): true
        case (_?, nil), (nil, _?): false
        }
    }

    /// The connection that has been in a list for longest.
    func oldest(in list: ConnectionMachine.List) -> ClientConnection? {
        lists.first(of: list.rawValue).flatMap { entries[$0] }
    }

    /// The connections of a list, the oldest first.
    func all(in list: ConnectionMachine.List) -> [ClientConnection] {
        lists.all(of: list.rawValue).compactMap { entries[$0] }
    }

    /// How long it is until the next deadline, if that is within `limit`.
    mutating func timeToDeadline(at now: Instant, atMost limit: Duration) -> Duration {
        timers.wait(at: now, atMost: limit)
    }

    /// Takes out the connections whose deadline has passed.
    mutating func takeDue(at now: Instant) -> [ClientConnection] {
        timers.takeDue(at: now).compactMap { index in
            let connection = entries[index]
            connection?.deadline = nil
            return connection
        }
    }
}
