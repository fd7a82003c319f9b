/// What a worker tells its arbiter through the heartbeat pipe, one byte a message.
package enum HeartbeatMessage: UInt8, Sendable {
    /// `R`: it accepts connections.
    case ready = 0x52
    /// `.`: it is alive.
    case alive = 0x2E
    /// `X`: it has answered as many requests as it should, and serves until it is replaced.
    case exhausted = 0x58
    /// `S`: a thread of it is stuck in its handler; it serves with the others until it is replaced.
    case stuck = 0x53
}
