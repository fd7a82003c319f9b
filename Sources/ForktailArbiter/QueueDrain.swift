import ForktailSystem

/// The queues that are being served dry, since the arbiter stops.
///
/// A queue that is empty stays so only once every handshake that had begun is over: a socket that
/// is shut down earlier resets a client that already takes itself for connected.
struct QueueDrain {
    /// Longer than a handshake takes, and shorter than the second after which a client whose first
    /// SYN was dropped sends the next one.
    private static let handshake = Duration.milliseconds(500)
    /// How often a queue is looked at that was not empty.
    private static let interval = Duration.milliseconds(100)

    private var listeners: [Listener]
    private var nextLook: Instant

    /// Begins with listeners whose doors have just been closed.
    init(_ listeners: [Listener], at now: Instant) {
        self.listeners = listeners
        nextLook = now + Self.handshake
    }

    /// When to look next; nil once all queues are empty.
    var deadline: Instant? { listeners.isEmpty ? nil : nextLook }

    /// Has the empty ones refuse newcomers.
    ///
    /// One that fails is left as it is; it refuses everybody once the process has ended.
    mutating func advance(at now: Instant) {
        guard !listeners.isEmpty, now >= nextLook else { return }
        nextLook = now + Self.interval
        listeners.removeAll { listener in
            do throws(Errno) {
                return try listener.refuseNewcomers()
            } catch {
                return true
            }
        }
    }
}
