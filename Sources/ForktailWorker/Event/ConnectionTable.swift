import ForktailSystem

/// The connections of a worker by the numbers of their sockets.
struct ConnectionTable {
    private var entries: [EventConnection?] = []
    private(set) var count = 0
    /// Those that wait for a request or linger, the longest wait first.
    private var idle = RingTable(rings: 1)
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
        idle.remove(number)
        timers.remove(number)
    }

    /// The one that has been idle for longest.
    var oldestIdle: EventConnection? {
        idle.first(of: 0).flatMap { entries[$0] }
    }

    mutating func noteIdle(_ connection: EventConnection) {
        let number = Int(connection.number)
        if !idle.contains(number) { idle.append(number, to: 0) }
    }

    mutating func noteBusy(_ connection: EventConnection) {
        idle.remove(Int(connection.number))
    }
}
