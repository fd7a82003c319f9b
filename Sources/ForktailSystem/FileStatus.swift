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
    /// The same of the last change of content or status; no program can set it.
    package let changed: (seconds: Int64, nanoseconds: Int64)
    package let isPipe: Bool
    package let isSocket: Bool
    package let isRegular: Bool
    package let isDirectory: Bool
    package let isSymbolicLink: Bool
    /// The number of the user that it belongs to.
    package let owner: UInt32
    /// The number of the group that it belongs to.
    package let group: UInt32
    /// The permission bits: those of chmod(2).
    package let mode: UInt32
    /// How many names the file has.
    package let linkCount: UInt64

    init(_ status: stat) {
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        size = UInt64(max(0, status.st_size))
        modified = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        changed = (Int64(status.st_ctim.tv_sec), Int64(status.st_ctim.tv_nsec))
        isPipe = forktail_is_pipe(status.st_mode)
        isSocket = forktail_is_socket(status.st_mode)
        isRegular = forktail_is_regular(status.st_mode)
        isDirectory = forktail_is_directory(status.st_mode)
        isSymbolicLink = forktail_is_symbolic_link(status.st_mode)
        owner = status.st_uid
        group = status.st_gid
        mode = status.st_mode & 0o7777
        linkCount = UInt64(status.st_nlink)
    }

    /// Throws `.invalidArgument` unless it is a regular file.
    func requireRegular() throws(FileFailure) {
        guard !isRegular else { return }
        throw FileFailure(.invalidArgument, "there is \(kind) at this path, not a regular file")
    }

    /// The kind of file in words.
    private var kind: String {
        if isSymbolicLink { return "a symbolic link" }
        if isDirectory { return "a directory" }
        return isSocket ? "a socket" : "a device or a FIFO"
    }

    /// Whether it belongs to root or to the user of this process: geteuid(2).
    package var isTrusted: Bool { owner == 0 || owner == geteuid() }

    /// Whether its group or other users may write.
    package var isWritableByOthers: Bool { mode & 0o022 != 0 }

    /// Whether every user may write.
    package var isWritableByAll: Bool { mode & 0o002 != 0 }

    /// Tells one state of a file from another, unless the file is changed twice within one step of
    /// the clock.
    package struct Version: Hashable, Sendable {
        package let identity: Identity
        package let size: UInt64
        /// Nanoseconds since 1970 of the last change of the content.
        package let modified: Int64
        /// The same of the last change of content or status, which shows a change of the content
        /// behind which the other time was set back.
        package let changed: Int64
    }

    /// The state that the file is in.
    package var version: Version {
        Version(
            identity: identity,
            size: size,
            modified: Self.nanoseconds(modified),
            changed: Self.nanoseconds(changed)
        )
    }

    private static func nanoseconds(_ time: (seconds: Int64, nanoseconds: Int64)) -> Int64 {
        time.seconds &* 1_000_000_000 &+ time.nanoseconds
    }
}
