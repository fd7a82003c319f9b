import ForktailSystem

/// The file that names the arbiter's process, locked for as long as the arbiter lives.
///
/// The lock, not the number, says whether an arbiter runs: a number may be stale or belong to another
/// process, a lock ends with its holder. `flock FILE true` returns when the arbiter ends.
///
/// A path that isn't a pidfile stays: a device, a socket, a link and a file with other contents are refused.
final class PIDFile {
    private let lock: FileDescriptor
    private let file: OwnedFile

    /// Writes a new file and renames it, so that a reader never gets half a number.
    init(path: String) throws(StartFailure) {
        do throws(FileFailure) {
            let place = try FilePlace.find(SystemString(path))
            let fresh = try FreshPIDFile(beside: place)
            do throws(FileFailure) {
                try fresh.write()
                try fresh.move(to: place)
            } catch {
                fresh.remove()
                throw error
            }
            file = OwnedFile(path: path, identity: fresh.identity)
            lock = fresh.file
        } catch {
            throw .unavailable("pidfile \(path): \(error)", error.errno)
        }
    }

    /// Removes the file, unless it has become another's.
    func remove() {
        file.remove()
    }
}

/// A new pidfile under a name of its own, locked.
private struct FreshPIDFile: ~Copyable {
    let file: FileDescriptor
    let identity: FileStatus.Identity
    private let place: FilePlace

    /// Makes it beside its final place.
    init(beside other: borrowing FilePlace) throws(FileFailure) {
        let place = try other.draft()
        let file = try Self.make(place)
        identity = try fileCall { () throws(Errno) in try file.status().identity }
        self.file = file
        self.place = place
    }

    /// Makes the file and locks it, in the place of one that a process has left that was killed.
    private static func make(_ place: borrowing FilePlace) throws(FileFailure) -> FileDescriptor {
        while true {
            do throws(FileFailure) {
                let file = try place.make()
                try fileCall { () throws(Errno) in try file.lock() }
                // Until it had the lock, another process could remove it as a leftover.
                let identity = try fileCall { () throws(Errno) in try file.status().identity }
                if (try? place.status())?.identity == identity { return file }
            } catch  where error.errno == .exists || error.errno == .wouldBlock {
                try removePrevious(place)
            }
        }
    }

    private static func removePrevious(_ place: borrowing FilePlace) throws(FileFailure) {
        do throws(FileFailure) {
            let previous = try lockPrevious(place)
            try place.remove(
                fileCall { () throws(Errno) in try previous.status().identity }
            )
        } catch  where error.errno == .noEntry {
            // Its process has removed or renamed it meanwhile.
        }
    }

    /// Writes the number of this process.
    func write() throws(FileFailure) {
        try fileCall { () throws(Errno) in try file.writeAll("\(Process.id)\n") }
    }

    /// Moves it to its place, where an old pidfile or nothing may be.
    func move(to other: borrowing FilePlace) throws(FileFailure) {
        while try !replace(other), try !take(other) {}
    }

    /// Replaces the pidfile that is there, while its lock is held.
    ///
    /// - Returns: Whether there was one.
    private func replace(_ other: borrowing FilePlace) throws(FileFailure) -> Bool {
        do throws(FileFailure) {
            let previous = try Self.lockPrevious(other)
            try place.rename(to: other)
            // A process that waits for this lock finds that the path is another file by now.
            _ = consume previous
            return true
        } catch  where error.errno == .noEntry {
            return false
        }
    }

    /// Takes the place if nothing is there.
    private func take(_ other: borrowing FilePlace) throws(FileFailure) -> Bool {
        do throws(FileFailure) {
            try place.renameUnlessTaken(to: other)
            return true
        } catch  where error.errno == .exists {
            return false
        }
    }

    /// Removes it after a failure, which is the one that is reported.
    func remove() {
        try? place.remove(identity)
    }

    /// Opens and locks the pidfile that is there.
    ///
    /// - Throws: `.noEntry` where there is none, or was replaced meanwhile.
    private static func lockPrevious(
        _ place: borrowing FilePlace
    ) throws(FileFailure) -> FileDescriptor {
        let file = try place.openRegularFile()
        let text = try fileCall { () throws(Errno) in try file.read(upTo: longest + 1, at: 0) }
        guard isPIDFile(text) else {
            throw FileFailure(
                .exists,
                "\(place.name) has other contents than a process id; remove it, or choose another path"
            )
        }
        try lock(file, holder: text)
        // Between open and lock another process may have put its own file at the path.
        let identity = try fileCall { () throws(Errno) in try file.status().identity }
        guard try place.status().identity == identity else { throw FileFailure(.noEntry) }
        return file
    }

    private static func lock(
        _ file: borrowing FileDescriptor,
        holder text: [UInt8]
    ) throws(FileFailure) {
        do throws(Errno) {
            try file.lock()
        } catch .wouldBlock {
            let number = String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            let holder = number.isEmpty ? "" : " by the arbiter with pid \(number)"
            throw FileFailure(.wouldBlock, "already in use\(holder)")
        } catch {
            throw FileFailure(error)
        }
    }

    /// The most bytes of a pidfile: those of any number, and white space.
    private static let longest = 32

    private static func isPIDFile(_ text: [UInt8]) -> Bool {
        let allowed = Array("0123456789 \t\r\n".utf8)
        return text.count <= longest && text.allSatisfy(allowed.contains)
    }
}
