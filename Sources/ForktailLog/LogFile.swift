package import ForktailSystem

/// An open log: a file that can be reopened under its name, or a standard stream.
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
    /// Whether writing may have to wait for a reader: that of a pipe, a socket or a terminal.
    private let hasReader: Bool

    /// Opens a file for appending, or a standard stream for `-`.
    package init(path: String, stream: Stream) throws(Errno) {
        self.path = path
        if path == "-" {
            absolutePath = path
            descriptor = try FileDescriptor.standardStream(stream.rawValue)
        } else {
            let directory = path.hasPrefix("/") ? "" : try FileSystem.currentDirectory() + "/"
            absolutePath = directory + path
            descriptor = try FileSystem.openForAppending(path)
        }
        hasReader = try !descriptor.status().isRegular
    }

    /// Reopens the file, after it was renamed; a standard stream stays open.
    package func reopen() throws(Errno) {
        guard path != "-" else { return }
        let fresh = try FileSystem.openForAppending(absolutePath)
        try descriptor.replace(with: fresh)
    }

    /// The descriptor's number.
    package var number: CInt { descriptor.rawValue }

    /// Writes from now on to a file that another process has opened.
    package func replace(with file: SharedDescriptor) throws(Errno) {
        try descriptor.replace(with: file.descriptor)
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
    /// Lines are dropped where the reader of a pipe stalls; the service is not held up.
    ///
    /// - Throws: What the file system says; `.wouldBlock` when the reader takes nothing.
    package func write(_ lines: UnsafeRawBufferPointer) throws(Errno) {
        if hasReader, try !Poll.writable(descriptor.rawValue, timeout: Self.readerTimeout) {
            throw .wouldBlock
        }
        try descriptor.writeAll(lines)
    }

    /// How long a line may wait for its reader.
    private static let readerTimeout = Duration.milliseconds(100)
}
