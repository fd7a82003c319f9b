import Glibc

/// What a worker tells its arbiter through the heartbeat pipe, one byte a message.
package enum HeartbeatMessage: UInt8, Sendable {
    /// `R`: it accepts connections.
    case ready = 0x52
    /// `.`: it is alive.
    case alive = 0x2E
}

/// The heartbeat's clock.
package enum Heartbeat {
    /// How often a worker beats at most, and how long any of its calls waits at a time.
    ///
    /// Listeners have it as their receive timeout, so that an idle worker comes back to beat.
    package static let interval = Duration.seconds(1)
}
