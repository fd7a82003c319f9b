import CForktail
import Glibc

/// A pair of connected sockets through which one process gives another its open files: unix(7).
package enum DescriptorChannel {
    /// Opens both ends: the giving and the taking one.
    package static func open() throws(Errno) -> (giving: CInt, taking: CInt) {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        try check { socketpair(AF_UNIX, type, 0, &ends) }
        return (ends[0], ends[1])
    }
}

extension FileDescriptor {
    /// Gives up to three open files to the process at the other end: SCM_RIGHTS.
    ///
    /// - Throws: `.wouldBlock` when the other end does not take what it was given.
    package func give(_ descriptors: [CInt]) throws(Errno) {
        try check { forktail_send_descriptors(rawValue, descriptors, descriptors.count) }
    }

    /// Takes what the process at the other end gave at one time, without waiting.
    ///
    /// - Throws: `.wouldBlock` when it gave nothing.
    package func take() throws(Errno) -> [SharedDescriptor] {
        var numbers: [CInt] = [-1, -1, -1]
        let count = try check { forktail_receive_descriptors(rawValue, &numbers) }
        return numbers.prefix(Int(count)).map { SharedDescriptor(FileDescriptor(owning: $0)) }
    }
}
