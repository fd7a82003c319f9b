import ForktailSystem

/// The connections of a worker by the numbers of their sockets.
struct ConnectionTable {
    private var entries: [EventConnection?] = []
    private(set) var count = 0
    /// Those that wait for a request or linger, those that wait for a thread's answer, and those
    /// that wait for a thread to themselves; who has waited longest comes first.
    private var waiting = RingTable(rings: 3)
    private static let idle = 0
    private static let answering = 1
    private static let queued = 2
    var timers: TimerWheel

    init(at now: Instant) {
        timers = TimerWheel(at: now)
    }

    var isEmpty: Bool { count == 0 }

    /// All connections.
    var all: [EventConnection] { entries.compactMap(\.self) }

    subscript(number: Int) -> EventConnection? {
        number < entries.count ? entries[number] : nil
    }

    mutating func insert(_ connection: EventConnection) {
        let number = Int(connection.number)
        while entries.count <= number { entries.append(nil) }
        entries[number] = connection
        count += 1
    }

    mutating func remove(_ connection: EventConnection) {
        let number = Int(connection.number)
        entries[number] = nil
        count -= 1
        waiting.remove(number)
        timers.remove(number)
    }

    /// The one that has been idle for longest.
    var oldestIdle: EventConnection? {
        waiting.first(of: Self.idle).flatMap { entries[$0] }
    }

    /// The one that has waited longest for the answer of a thread.
    var oldestAnswering: EventConnection? {
        waiting.first(of: Self.answering).flatMap { entries[$0] }
    }

    /// The one that has waited longest for a thread to itself.
    var oldestQueued: EventConnection? {
        waiting.first(of: Self.queued).flatMap { entries[$0] }
    }

    mutating func noteIdle(_ connection: EventConnection, at now: Instant) {
        let number = Int(connection.number)
        guard !waiting.contains(number) else { return }
        connection.idleSince = now
        waiting.append(number, to: Self.idle)
    }

    mutating func noteAnswering(_ connection: EventConnection) {
        waiting.append(Int(connection.number), to: Self.answering)
    }

    mutating func noteQueued(_ connection: EventConnection) {
        waiting.append(Int(connection.number), to: Self.queued)
    }

    mutating func noteBusy(_ connection: EventConnection) {
        waiting.remove(Int(connection.number))
    }
}
