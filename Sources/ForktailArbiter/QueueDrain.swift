import ForktailSystem

/// The listen queues that are being drained, because the arbiter stops.
///
/// An empty queue stays empty only once every handshake that had begun is over: a socket that is
/// shut down earlier resets a client that takes itself for connected.
struct QueueDrain {
    /// Longer than a handshake takes, and shorter than the second after which a client whose first
    /// SYN was dropped sends the next one.
    private static let handshake = Duration.milliseconds(500)
    /// How often a queue is checked that was not empty.
    private static let interval = Duration.milliseconds(100)

    private var listeners: [Listener]
    private var nextCheck: Instant

    /// Begins with listeners that have just stopped admitting connections.
    init(_ listeners: [Listener], at now: Instant) {
        self.listeners = listeners
        nextCheck = now + Self.handshake
    }

    /// When to check next; nil once all queues are empty.
    var deadline: Instant? { listeners.isEmpty ? nil : nextCheck }

    /// Shuts down the listeners whose queues are empty.
    ///
    /// One that can't be shut down stays as it is; it ends with the process.
    mutating func advance(at now: Instant) {
        guard !listeners.isEmpty, now >= nextCheck else { return }
        nextCheck = now + Self.interval
        listeners.removeAll { listener in
            do throws(Errno) {
                return try listener.shutDownIfEmpty()
            } catch {
                return true
            }
        }
    }
}
