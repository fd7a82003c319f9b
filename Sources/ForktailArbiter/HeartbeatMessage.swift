/// The bytes that a worker writes into its heartbeat pipe, one a message.
package enum HeartbeatMessage {
    /// The worker accepts connections.
    package static let ready = UInt8(ascii: "R")
    /// The worker is alive.
    package static let alive = UInt8(ascii: ".")
}
