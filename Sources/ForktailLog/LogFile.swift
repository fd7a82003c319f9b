package import ForktailSystem

/// An open log: a file that can be opened anew under its name, or a standard stream.
///
/// The descriptor's number stays the same for life, so that reopening never leaves a moment
/// without a log, and needs no lock.
package final class LogFile: Sendable {
    /// The standard stream that `-` stands for.
    package enum Stream: CInt, Sendable {
        case standardOutput = 1
        case standardError = 2
    }

    /// The path as it was given; `-` for a standard stream.
    package let path: String
    /// The same from the root, so that a worker which has changed its directory finds it.
    private let absolutePath: String
    private let descriptor: FileDescriptor

    /// Opens a file for appending, or a standard stream for `-`.
    package init(path: String, stream: Stream) throws(Errno) {
        self.path = path
        if path == "-" {
            absolutePath = path
            descriptor = try FileDescriptor.duplicating(stream.rawValue)
        } else {
            let directory = path.hasPrefix("/") ? "" : try FileSystem.currentDirectory() + "/"
            absolutePath = directory + path
            descriptor = try FileSystem.openForAppending(path)
        }
    }

    /// Opens the file anew, after somebody has renamed it; a standard stream stays as it is.
    package func reopen() throws(Errno) {
        guard path != "-" else { return }
        let fresh = try FileSystem.openForAppending(absolutePath)
        try descriptor.replace(with: fresh)
    }

    /// The descriptor's number.
    package var number: CInt { descriptor.rawValue }

    /// Goes on with a file that another process has opened.
    package func replace(with file: SharedDescriptor) throws(Errno) {
        try descriptor.replace(with: file.descriptor)
    }

    /// Whether a write of any size keeps together: files take it whole, pipes only 4 KiB.
    package var isRegular: Bool {
        // A descriptor that can't be asked is treated as the narrower kind.
        (try? descriptor.status())?.isRegular ?? false
    }

    /// Whether this is the stream that systemd connected to the journal: systemd.exec(5).
    package func isJournal(_ journalStream: String?) -> Bool {
        guard let journalStream, let identity = (try? descriptor.status())?.identity else {
            return false
        }
        return journalStream == "\(identity.device):\(identity.inode)"
    }

    /// Writes whole lines by one write(2), so that they stay whole among several processes.
    ///
    /// - Throws: What the file system says; the rest of a line that was cut is written first.
    package func write(_ lines: [UInt8]) throws(Errno) {
        try descriptor.writeAll(lines)
    }
}
