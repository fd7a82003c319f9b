import ForktailSystem

/// The file that names the arbiter's process, locked for as long as the arbiter lives.
///
/// The lock, not the number, says whether an arbiter runs: a number may be stale or belong to another
/// process, a lock ends with its holder. `flock FILE true` returns when the arbiter ends.
final class PIDFile {
    private let lock: FileDescriptor
    private let file: OwnedFile

    /// Writes a new file and renames it, so that a reader never gets half a number.
    init(path: String) throws(StartFailure) {
        let temporary = "\(path).\(Process.id)"
        do throws(Errno) {
            let previous = try Self.lockPrevious(path)
            lock = try FileSystem.openOrCreate(temporary)
            try lock.lock()
            try lock.writeAll("\(Process.id)\n")
            file = OwnedFile(path: path, identity: try lock.status().identity)
            try FileSystem.rename(temporary, to: path)
            // A process that waits for this lock finds that the path is another file by now.
            _ = consume previous
        } catch .wouldBlock {
            throw .unavailable(
                "pidfile \(path): already in use\(Self.holder(of: path))",
                .wouldBlock
            )
        } catch {
            Self.removeRemains(of: path, temporary)
            throw .unavailable("pidfile \(path): \(error)", error)
        }
    }

    /// Removes what a failed start has made; the first failure is reported, not those of this.
    private static func removeRemains(of path: String, _ temporary: String) {
        try? FileSystem.remove(temporary)
        if let status = try? FileSystem.status(of: path), status.isRegular, status.size == 0 {
            try? FileSystem.remove(path)
        }
    }

    /// Removes the file, unless it has become another's.
    func remove() {
        file.remove()
    }

    /// Locks the file that is at the path, or makes it.
    private static func lockPrevious(_ path: String) throws(Errno) -> FileDescriptor {
        while true {
            let file = try FileSystem.openOrCreate(path)
            try file.lock()
            // Between open and lock another process may have put its own file at the path.
            let current: FileStatus?
            do throws(Errno) {
                current = try FileSystem.status(of: path)
            } catch .noEntry {
                current = nil
            }
            if try file.status().identity == current?.identity {
                return file
            }
        }
    }

    private static func holder(of path: String) -> String {
        guard let bytes = try? FileSystem.contents(of: path) else { return "" }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        return text.isEmpty ? "" : " by the arbiter with pid \(text)"
    }
}
