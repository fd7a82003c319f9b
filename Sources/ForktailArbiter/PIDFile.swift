import ForktailSystem

/// The file that names the arbiter's process, locked for as long as the arbiter lives.
///
/// The lock, not the number, tells whether an arbiter runs: a number may be stale or belong to
/// another process, a lock ends with its holder. Somebody who waits for the lock (`flock FILE true`)
/// learns of the arbiter's end at once.
final class PIDFile {
    private let lock: FileDescriptor
    private let file: OwnedFile

    /// Writes the file anew and takes its place by rename(2), so that nobody reads half a number.
    init(path: String) throws(StartFailure) {
        let temporary = "\(path).\(Process.id)"
        do throws(Errno) {
            let previous = try Self.lockPrevious(path)
            lock = try FileSystem.openOrCreate(temporary)
            try lock.lock()
            try lock.writeAll("\(Process.id)\n")
            file = OwnedFile(path: path, identity: try lock.status().identity)
            try FileSystem.rename(temporary, to: path)
            // Whoever waits for the lock of the file that had the name finds another one there.
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

    /// The failure that is reported is the first one, whatever becomes of these.
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

    /// Locks the file that has the name at this moment, and makes it where there is none.
    private static func lockPrevious(_ path: String) throws(Errno) -> FileDescriptor {
        while true {
            let file = try FileSystem.openOrCreate(path)
            try file.lock()
            // Between open and lock another starter may have put its own file in this one's place.
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
