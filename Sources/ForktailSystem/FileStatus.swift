import CForktail
import Glibc

/// What a descriptor or a path stands for: the parts of stat(2) that forktail looks at.
package struct FileStatus: Sendable {
    /// What tells one file from another on this machine.
    package struct Identity: Hashable, Sendable {
        package let device: UInt64
        package let inode: UInt64
    }

    package let identity: Identity
    package let size: UInt64
    /// Seconds since 1970 and nanoseconds of the last change of the content.
    package let modified: (seconds: Int64, nanoseconds: Int64)
    package let isPipe: Bool
    package let isSocket: Bool
    package let isRegular: Bool
    package let isDirectory: Bool
    package let isSymbolicLink: Bool

    init(_ status: stat) {
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        size = UInt64(max(0, status.st_size))
        modified = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        isPipe = forktail_is_pipe(status.st_mode)
        isSocket = forktail_is_socket(status.st_mode)
        isRegular = forktail_is_regular(status.st_mode)
        isDirectory = forktail_is_directory(status.st_mode)
        isSymbolicLink = forktail_is_symbolic_link(status.st_mode)
    }

    /// Tells one state of a file from another, unless the file is changed twice within one step of
    /// the clock.
    package struct Version: Hashable, Sendable {
        package let identity: Identity
        package let size: UInt64
        /// Nanoseconds since 1970 of the last change of the content.
        package let modified: Int64
    }

    /// The state that the file is in.
    package var version: Version {
        let time = modified.seconds &* 1_000_000_000 &+ modified.nanoseconds
        return Version(identity: identity, size: size, modified: time)
    }
}
