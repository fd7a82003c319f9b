import ForktailSystem

/// The listen queues that are being drained, because the arbiter stops.
///
/// An empty queue stays empty only once every handshake that had begun is over: a socket that is
/// shut down earlier resets a client that believes it is connected.
struct QueueDrain {
    /// Longer than a handshake takes, and shorter than the second after which a client whose first
    /// SYN was dropped sends the next one.
    private static let handshake = Duration.milliseconds(500)
    /// How often a queue is checked that was not empty.
    private static let interval = Duration.milliseconds(100)

    private var listeners: [Listener]
    /// Whether a listener with an empty queue is shut down; programs would take that for a fault.
    private let shutsDown: Bool
    private var nextCheck: Instant

    /// Begins with listeners that have just stopped admitting connections.
    init(_ listeners: [Listener], shutsDown: Bool, at now: Instant) {
        self.listeners = listeners
        self.shutsDown = shutsDown
        nextCheck = now + Self.handshake
    }

    /// When to check next; nil once all queues are empty.
    var deadline: Instant? { listeners.isEmpty ? nil : nextCheck }

    /// Shuts down the listeners whose queues are empty.
    ///
    /// One that can't be shut down stays as it is; it ends with the process.
    ///
    /// - Returns: Whether all queues are empty since this call.
    mutating func advance(at now: Instant) -> Bool {
        guard !listeners.isEmpty, now >= nextCheck else { return false }
        nextCheck = now + Self.interval
        listeners.removeAll { listener in
            do throws(Errno) {
                return try shutsDown ? listener.shutDownIfEmpty() : listener.isEmpty()
            } catch {
                return true
            }
        }
        return listeners.isEmpty
    }
}
