import CForktail

/// Waiting for several listeners without waking every worker for one connection: epoll(7).
package final class EventPoll {
    private let descriptor: FileDescriptor

    /// Opens an empty set: epoll_create1(2).
    package init() throws(Errno) {
        descriptor = FileDescriptor(owning: try check { forktail_epoll_create() })
    }

    /// Adds a descriptor: epoll_ctl(2).
    ///
    /// - Parameters:
    ///   - number: The descriptor to wait for.
    ///   - exclusive: Whether one waiting process is enough for one connection: EPOLLEXCLUSIVE.
    /// - Throws: What epoll_ctl(2) says.
    package func add(_ number: CInt, exclusive: Bool) throws(Errno) {
        try check { forktail_epoll_add(descriptor.rawValue, number, exclusive) }
    }

    /// Removes a descriptor: epoll_ctl(2).
    package func remove(_ number: CInt) throws(Errno) {
        try check { forktail_epoll_remove(descriptor.rawValue, number) }
    }

    /// Waits for one descriptor that is ready; nil after the timeout or when a signal came.
    package func wait(timeout: Duration) throws(Errno) -> CInt? {
        var ready: CInt = -1
        let limit = CInt(clamping: timeout.millisecondsRoundedUp)
        do throws(Errno) {
            let count = try check { forktail_epoll_wait(descriptor.rawValue, &ready, limit) }
            return count == 1 ? ready : nil
        } catch .interrupted {
            return nil
        }
    }
}
