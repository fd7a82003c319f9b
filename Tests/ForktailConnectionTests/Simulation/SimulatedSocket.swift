/// The kernel between a client and the machine.
struct SimulatedSocket {
    /// What the client has sent, of which `taken` bytes were received.
    var sent: [UInt8] = []
    var taken = 0
    /// Whether the client has ended its side, and whether it has reset the connection.
    var clientEnded = false
    var isBroken = false

    /// What was sent to the client.
    var received: [UInt8] = []
    /// How many bytes the socket takes.
    var room: Int
    /// Whether our side is ended, and whether the connection is closed.
    var isEnded = false
    var isClosed = false

    /// How many bytes wait to be received.
    var pending: Int { sent.count - taken }
    /// Whether a receive call would not wait.
    var isReadable: Bool { pending > 0 || clientEnded || isBroken }
    /// Whether a send call would not wait.
    var isWritable: Bool { room > 0 || isBroken }
}
