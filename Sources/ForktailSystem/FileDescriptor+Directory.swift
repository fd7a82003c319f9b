import CForktail
import Glibc

/// How openat2(2) follows symbolic links, never out of the directory that it starts in.
package enum LinkResolution: Sendable {
    /// Not at all: a symbolic link anywhere on the way is an error.
    case refused
    /// As long as they stay beneath the directory.
    case beneath

    // RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS, and RESOLVE_NO_SYMLINKS.
    fileprivate var flags: UInt64 {
        switch self {
        case .beneath: 0x08 | 0x02
        case .refused: 0x08 | 0x02 | 0x04
        }
    }
}

extension FileDescriptor {
    /// Opens a path below this directory, and never outside it: openat2(2) with RESOLVE_BENEATH.
    ///
    /// - Parameters:
    ///   - path: The path, which starts in this directory.
    ///   - links: How symbolic links are treated.
    /// - Returns: The file or directory, open for reading.
    /// - Throws: `.crossesBoundary` where `..` or a symbolic link leads out, `.symbolicLinkLoop`
    ///   where a link is refused.
    package func openBeneath(
        _ path: SystemString,
        links: LinkResolution = .beneath
    ) throws(Errno) -> FileDescriptor {
        for _ in 0..<Self.mostRaces {
            do throws(Errno) {
                return try tryOpenBeneath(path, links: links)
            } catch .wouldBlock {
                // A rename anywhere kept the kernel from being sure where a `..` leads.
                continue
            }
        }
        return try tryOpenBeneath(path, links: links)
    }

    /// How often a path is looked up again after a race.
    private static let mostRaces = 32

    private func tryOpenBeneath(
        _ path: SystemString,
        links: LinkResolution
    ) throws(Errno) -> FileDescriptor {
        // O_NONBLOCK so that a FIFO can't hold a worker.
        let flags = UInt64(O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        let number = try path.withCString { path throws(Errno) in
            try checkUninterrupted { forktail_openat2(rawValue, path, flags, links.flags) }
        }
        return FileDescriptor(owning: number)
    }

    /// What a name of this directory stands for, without following a link: fstatat(2).
    package func status(of name: SystemString) throws(Errno) -> FileStatus {
        var status = stat()
        try check { name.withCString { fstatat(rawValue, $0, &status, AT_SYMLINK_NOFOLLOW) } }
        return FileStatus(status)
    }

    /// The names in this directory without `.` and `..`, in no order: readdir(3).
    ///
    /// They need not be text.
    package consuming func names() throws(Errno) -> [SystemString] {
        guard let stream = fdopendir(rawValue) else { throw Errno.current }
        // closedir closes the descriptor.
        _ = release()
        defer { closedir(stream) }
        var names: [SystemString] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = Self.name(of: entry)
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw Errno.current }
        return names
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> SystemString {
        // SAFETY: d_name ends in a NUL, and is copied before the next readdir.
        withUnsafePointer(to: &entry.pointee.d_name) { field in
            field.withMemoryRebound(to: CChar.self, capacity: 256) {
                SystemString(cString: $0)
            }
        }
    }

    /// Reads from a place in the file up to `count` bytes, fewer at its end: pread(2).
    package func read(upTo count: Int, at offset: UInt64) throws(Errno) -> [UInt8] {
        try Self.read(from: rawValue, upTo: count, at: offset)
    }

    /// The same of a file that has another owner, by the number of its descriptor.
    package static func read(
        from file: CInt,
        upTo count: Int,
        at offset: UInt64
    ) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
            do throws(Errno) {
                read = try checkUninterrupted {
                    pread(file, buffer.baseAddress, count, off_t(clamping: offset))
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads `count` bytes from a place in the file, fewer only where it ends.
    package func readWhole(_ count: Int, at offset: UInt64) throws(Errno) -> [UInt8] {
        var bytes = try read(upTo: count, at: offset)
        while !bytes.isEmpty, bytes.count < count {
            let part = try read(upTo: count - bytes.count, at: offset + UInt64(bytes.count))
            guard !part.isEmpty else { break }
            bytes += part
        }
        return bytes
    }
}
