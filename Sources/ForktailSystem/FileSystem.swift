import CForktail
import Glibc

extension FileDescriptor {
    /// What this descriptor stands for: fstat(2).
    package func status() throws(Errno) -> FileStatus {
        var status = stat()
        try check { fstat(rawValue, &status) }
        return FileStatus(status)
    }

    /// Takes the file's lock without waiting, and holds it until the file is closed: flock(2).
    ///
    /// - Throws: `.wouldBlock` when another open file holds it.
    package func lock() throws(Errno) {
        try checkUninterrupted { flock(rawValue, LOCK_EX | LOCK_NB) }
    }
}

/// Calls on paths.
package enum FileSystem {
    /// Opens a file for reading.
    package static func openForReading(_ path: SystemString) throws(Errno) -> FileDescriptor {
        try open(path, O_RDONLY | O_NOCTTY)
    }

    /// Opens a file for reading; does not wait for a writer, as opening a FIFO would.
    package static func openForSending(_ path: SystemString) throws(Errno) -> FileDescriptor {
        try open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK)
    }

    /// Opens a directory, to open files below it.
    package static func openDirectory(_ path: SystemString) throws(Errno) -> FileDescriptor {
        try open(path, O_RDONLY | O_DIRECTORY)
    }

    private static func open(_ path: SystemString, _ flags: CInt) throws(Errno) -> FileDescriptor {
        let number = try checkUninterrupted {
            path.withCString { Glibc.open($0, flags | O_CLOEXEC) }
        }
        return FileDescriptor(owning: number)
    }

    /// Whether this process may read a file: access(2).
    package static func isReadable(_ path: SystemString) -> Bool {
        path.withCString { access($0, R_OK) == 0 }
    }

    /// Reads a whole file.
    package static func contents(of path: SystemString) throws(Errno) -> [UInt8] {
        try contents(of: openForReading(path))
    }

    /// The same without ever waiting; nil if the path isn't a regular file.
    package static func regularContents(of path: SystemString) throws(Errno) -> [UInt8]? {
        let file = try openForSending(path)
        guard try file.status().isRegular else { return nil }
        return try contents(of: file)
    }

    private static func contents(of file: borrowing FileDescriptor) throws(Errno) -> [UInt8] {
        var contents: [UInt8] = []
        while true {
            let chunk = try file.readChunk()
            if chunk.isEmpty { return contents }
            contents += chunk
        }
    }

    /// What a path stands for, without following a link in its last part: lstat(2).
    package static func status(of path: String) throws(Errno) -> FileStatus {
        var status = stat()
        try check { lstat(path, &status) }
        return FileStatus(status)
    }

    /// What a path stands for, behind links: stat(2).
    package static func status(behind path: SystemString) throws(Errno) -> FileStatus {
        var status = stat()
        try path.withCString { (path) throws(Errno) in _ = try check { stat(path, &status) } }
        return FileStatus(status)
    }

    /// Gives a file another name, replacing what had it: rename(2).
    package static func rename(_ path: String, to newPath: String) throws(Errno) {
        try check { Glibc.rename(path, newPath) }
    }

    /// Makes the directories that lead to a file, for its owner alone: mkdir(2).
    package static func makeParents(of path: String) throws(Errno) {
        let parts = path.split(separator: "/").dropLast()
        var directory = ""
        for part in parts {
            directory += "/\(part)"
            do throws(Errno) {
                try check { mkdir(directory, 0o700) }
            } catch .exists {
                continue
            }
        }
    }

    /// Replaces a file by one with other contents, which only its owner can read.
    package static func replace(_ path: String, with contents: [UInt8]) throws(Errno) {
        let temporary = "\(path).new"
        // One that a killed process has left is ours as well.
        unlink(temporary)
        let number = try checkUninterrupted {
            Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        let file = FileDescriptor(owning: number)
        try contents.span.bytes.withUnsafeBytes { (bytes) throws(Errno) in try file.writeAll(bytes)
        }
        try rename(temporary, to: path)
    }

    /// Removes a name: unlink(2).
    package static func remove(_ path: String) throws(Errno) {
        try check { unlink(path) }
    }

    /// Changes the working directory of this process: chdir(2).
    package static func changeDirectory(_ path: SystemString) throws(Errno) {
        try check { path.withCString { chdir($0) } }
    }

    /// The working directory of this process: getcwd(3).
    package static func currentDirectory() throws(Errno) -> SystemString {
        guard let text = getcwd(nil, 0) else { throw Errno.current }
        defer { free(text) }
        return SystemString(cString: text)
    }
}

extension FileDescriptor {
    /// Reads up to 64 KiB, or up to another limit in bytes; empty at end-of-file.
    package func readChunk(upTo limit: Int = 65_536) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let chunk = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(Errno) {
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return chunk
    }
}
