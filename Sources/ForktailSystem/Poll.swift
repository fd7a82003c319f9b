import CForktail
import Glibc

/// Waiting for several descriptors at once: ppoll(2).
package enum Poll {
    /// Waits until one of the descriptors can be read or was hung up, or the time is over.
    ///
    /// - Parameters:
    ///   - descriptors: What to wait for; negative numbers are passed over.
    ///   - others: What to wait for only until it is hung up.
    ///   - timeout: How long to wait; nil waits without limit.
    ///   - mask: The signals that are blocked meanwhile; nil for those that are blocked anyway.
    /// - Returns: The numbers that are ready; none after the timeout or when a signal came.
    /// - Throws: What ppoll(2) says of arguments that are wrong, and nothing else.
    package static func readable(
        _ descriptors: [CInt],
        orHungUp others: [CInt] = [],
        timeout: Duration?,
        blocking mask: SignalMask? = nil
    ) throws(Errno) -> [CInt] {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        entries += others.map { pollfd(fd: $0, events: 0, revents: 0) }
        return try wait(&entries, timeout: timeout, blocking: mask)
    }

    /// Waits until a descriptor takes bytes again or was hung up.
    package static func writable(_ descriptor: CInt, timeout: Duration) throws(Errno) -> Bool {
        var entries = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)]
        return try !wait(&entries, timeout: timeout).isEmpty
    }

    private static func wait(
        _ entries: inout [pollfd],
        timeout: Duration?,
        blocking mask: SignalMask? = nil
    ) throws(Errno) -> [CInt] {
        let nanoseconds = timeout.map { max(0, $0.nanoseconds) } ?? -1
        do throws(Errno) {
            let count = UInt(entries.count)
            let ready = try check {
                guard var set = mask?.set else {
                    return forktail_ppoll(&entries, count, nanoseconds, nil)
                }
                return forktail_ppoll(&entries, count, nanoseconds, &set)
            }
            return ready == 0 ? [] : entries.filter { $0.revents != 0 }.map(\.fd)
        } catch .interrupted {
            return []
        }
    }
}
