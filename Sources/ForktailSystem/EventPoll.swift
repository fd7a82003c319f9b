import CForktail

/// Waiting for many descriptors at once: epoll(7).
package final class EventPoll {
    /// What is waited for on a descriptor.
    package enum Interest {
        /// Input to read.
        case input
        /// The same, where one of several waiting processes is enough: EPOLLEXCLUSIVE.
        case exclusiveInput
        /// More input than before, or that the peer has ended its side: EPOLLET.
        case edges
        /// The same, and room to send.
        case edgesAndRoom

        fileprivate var number: CInt {
            switch self {
            case .input: CInt(FORKTAIL_POLL_INPUT)
            case .exclusiveInput: CInt(FORKTAIL_POLL_EXCLUSIVE)
            case .edges: CInt(FORKTAIL_POLL_EDGES)
            case .edgesAndRoom: CInt(FORKTAIL_POLL_ROOM)
            }
        }
    }

    /// A descriptor that is ready.
    package struct Ready {
        /// The key that the descriptor was added with.
        package let key: UInt64
        /// Whether there is something to read, be it the end or an error.
        package let isReadable: Bool
        /// Whether there is room to send, or an error.
        package let isWritable: Bool
        /// Whether the peer has ended its side, or there is an error.
        package let hasEnded: Bool
    }

    private let descriptor: FileDescriptor
    private let ready: UnsafeMutableBufferPointer<forktail_ready>

    /// Opens an empty set: epoll_create1(2).
    ///
    /// - Parameter limit: The most descriptors that one wait reports.
    /// - Throws: What epoll_create1(2) says.
    package init(limit: Int) throws(Errno) {
        descriptor = FileDescriptor(owning: try check { forktail_epoll_create() })
        // SAFETY: freed in deinit only.
        ready = .allocate(capacity: min(limit, Int(FORKTAIL_READY_ROOM)))
        ready.initialize(repeating: forktail_ready())
    }

    deinit {
        ready.deallocate()
    }

    /// Adds a descriptor, whose events come with `key`: epoll_ctl(2).
    package func add(_ number: CInt, _ interest: Interest, key: UInt64) throws(Errno) {
        try check { forktail_epoll_add(descriptor.rawValue, number, interest.number, key) }
    }

    /// Changes the interest in a descriptor; conditions that hold are reported again: epoll_ctl(2).
    package func change(_ number: CInt, to interest: Interest, key: UInt64) throws(Errno) {
        try check { forktail_epoll_modify(descriptor.rawValue, number, interest.number, key) }
    }

    /// Removes a descriptor: epoll_ctl(2).
    package func remove(_ number: CInt) throws(Errno) {
        try check { forktail_epoll_remove(descriptor.rawValue, number) }
    }

    /// Waits until descriptors are ready: epoll_wait(2).
    ///
    /// - Parameter timeout: How long to wait; whole milliseconds count.
    /// - Returns: How many are ready; 0 after the timeout or a signal.
    /// - Throws: What epoll_wait(2) says of arguments that are wrong, and nothing else.
    package func wait(timeout: Duration) throws(Errno) -> Int {
        let limit = CInt(clamping: timeout.millisecondsRoundedUp)
        let room = CInt(ready.count)
        do throws(Errno) {
            return Int(
                try check {
                    forktail_epoll_wait(descriptor.rawValue, ready.baseAddress, room, limit)
                }
            )
        } catch .interrupted {
            return 0
        }
    }

    /// One of those that the last wait found.
    package subscript(index: Int) -> Ready {
        let entry = ready[index]
        return Ready(
            key: entry.key,
            isReadable: entry.readable,
            isWritable: entry.writable,
            hasEnded: entry.ended
        )
    }
}
