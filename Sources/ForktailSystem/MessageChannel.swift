import CForktail

/// Messages with open files between two processes, over a pair of `DescriptorChannel`.
extension FileDescriptor {
    /// What has come.
    package enum Message {
        case bytes([UInt8], [SharedDescriptor])
        /// The other end is closed.
        case end
        case nothing
    }

    /// Sends a message without waiting: sendmsg(2).
    ///
    /// - Throws: `.wouldBlock` where the other end does not take what it was sent.
    package func send(_ bytes: [UInt8], with descriptors: [CInt] = []) throws(Errno) {
        try check {
            forktail_send_message(rawValue, bytes, bytes.count, descriptors, descriptors.count)
        }
    }

    /// Takes the next message: recvmsg(2).
    ///
    /// - Parameter waits: Whether the call waits for one.
    /// - Returns: The message, or why there is none.
    package func receiveMessage(waits: Bool) -> Message {
        var room = [UInt8](repeating: 0, count: Self.largestMessage)
        var numbers = [CInt](repeating: -1, count: 200)
        var count = 0
        let length = forktail_receive_message(
            rawValue,
            &room,
            room.count,
            &numbers,
            &count,
            waits
        )
        guard length != 0 else { return .end }
        guard length > 0 else { return waits ? .end : .nothing }
        let files = numbers.prefix(count).map { SharedDescriptor(FileDescriptor(owning: $0)) }
        return .bytes(Array(room.prefix(length)), files)
    }

    /// What a socket of the usual size holds.
    private static let largestMessage = 131_072
}
