package import ForktailSystem
import Synchronization

/// An open log: a file that can be reopened under its name, or a standard stream.
///
/// A write never waits for the reader of a pipe, a socket or a terminal: a line is taken as a whole
/// and at once, or it is lost and counted. The descriptor's number stays the same for life, so that
/// reopening never leaves a moment without a log, and needs no lock.
package final class LogFile: Sendable {
    /// The standard stream that `-` stands for.
    package enum Stream: CInt, Sendable {
        case standardOutput = 1
        case standardError = 2
    }

    /// The lines that were lost since the last report.
    struct Loss {
        let count: Int
        /// The reason of the last one.
        let reason: Errno
    }

    /// The path as it was given; `-` for a standard stream.
    package let path: String
    /// The same from the root, so that a worker which has changed its directory finds it.
    package let absolutePath: SystemString
    private let stream: Stream
    private let descriptor: FileDescriptor
    private let medium: Atomic<LogMedium>
    private let lostCount = Atomic(0)
    private let lossReason = Atomic<CInt>(0)
    /// Whether the last line was cut by the system, so that the next one has to begin a new line.
    private let isTorn = Atomic(false)

    /// Opens a file for appending, or a standard stream for `-`.
    package init(path: String, stream: Stream) throws(FileFailure) {
        self.path = path
        self.stream = stream
        if path == "-" {
            absolutePath = "-"
            descriptor = try fileCall { () throws(Errno) in try Self.open(stream) }
        } else {
            let directory = try fileCall { () throws(Errno) in try FileSystem.currentDirectory() }
            absolutePath = SystemString(path).path(in: directory)
            descriptor = try Self.open(absolutePath)
        }
        medium = Atomic(try Self.medium(of: descriptor))
    }

    /// Takes over a log that another process has opened.
    ///
    /// - Parameters:
    ///   - path: The path as it was given.
    ///   - absolutePath: The same from the root.
    ///   - stream: The standard stream that `-` stands for.
    ///   - descriptor: The open file.
    /// - Throws: What the system says.
    package init(
        path: String,
        absolutePath: SystemString,
        stream: Stream,
        _ descriptor: consuming FileDescriptor
    ) throws(FileFailure) {
        self.path = path
        self.absolutePath = absolutePath
        self.stream = stream
        self.descriptor = descriptor
        medium = Atomic(try Self.medium(of: self.descriptor))
    }

    private static func medium(
        of file: borrowing FileDescriptor
    ) throws(FileFailure) -> LogMedium {
        try fileCall { () throws(Errno) in try LogMedium(of: file) }
    }

    /// Opens a standard stream again where writing to it could block.
    ///
    /// O_NONBLOCK is not set on the stream itself: the shell and other programs share its open file.
    private static func open(_ stream: Stream) throws(Errno) -> FileDescriptor {
        let inherited = try FileDescriptor.standardStream(stream.rawValue)
        guard try LogMedium(of: inherited).blocks else { return inherited }
        do throws(Errno) {
            return try inherited.reopenedWithoutBlocking()
        } catch {
            // Another user's pipe or terminal: `LogMedium` writes to it with more calls.
            return inherited
        }
    }

    /// Makes writes to this process's standard error never wait for a reader.
    ///
    /// Swift's runtime writes there why it traps, before the crash handler can answer the client.
    package static func unblockStandardError() {
        do throws(Errno) {
            try open(.standardError).replaceStandardStream(Stream.standardError.rawValue)
        } catch {
            // A stream that can't be written to holds nothing up.
        }
    }

    /// Reopens the file, after it was renamed; a standard stream stays open.
    package func reopen() throws(FileFailure) {
        guard path != "-" else { return }
        let fresh = try Self.open(absolutePath)
        try fileCall { () throws(Errno) in try replace(with: fresh) }
    }

    /// The descriptor's number.
    package var number: CInt { descriptor.rawValue }

    /// Writes from now on to a file that another process has opened.
    package func replace(with file: SharedDescriptor) throws(Errno) {
        try replace(with: file.descriptor)
    }

    private func replace(with fresh: borrowing FileDescriptor) throws(Errno) {
        let freshMedium = try LogMedium(of: fresh)
        try descriptor.replace(with: fresh)
        medium.store(freshMedium, ordering: .relaxed)
    }

    /// Whether this is the stream that systemd connected to the journal: systemd.exec(5).
    package func isJournal(_ journalStream: String?) -> Bool {
        guard let journalStream, let identity = (try? descriptor.status())?.identity else {
            return false
        }
        return journalStream == "\(identity.device):\(identity.inode)"
    }

    /// What the file is called in a message.
    var name: String {
        guard path == "-" else { return path }
        return switch stream {
        case .standardOutput: "standard output"
        case .standardError: "standard error"
        }
    }

    /// The longest line, with its newline, that stays whole beside those of other processes.
    package var lineLimit: Int { medium.load(ordering: .relaxed).lineLimit }

    /// Writes a line by one call, so that it stays whole among several processes.
    ///
    /// After a loss nothing is written before poll(2) says that there is room for a whole line.
    ///
    /// - Parameter line: The line with its newline, of `lineLimit` bytes at most.
    /// - Returns: Whether the file took it; the line is lost otherwise, and counted.
    @discardableResult
    package func write(_ line: UnsafeRawBufferPointer) -> Bool {
        if hasLoss && !isWritable {
            lostCount.add(1, ordering: .relaxed)
            return false
        }
        do throws(Errno) {
            try tryWriting(line)
            return true
        } catch {
            restore(Loss(count: 1, reason: error))
            return false
        }
    }

    /// Writes a line whose loss isn't counted.
    func tryWriting(_ line: UnsafeRawBufferPointer) throws(Errno) {
        let medium = medium.load(ordering: .relaxed)
        if isTorn.load(ordering: .relaxed) {
            try "\n".utf8.span.bytes.withUnsafeBytes { (newline) throws(Errno) in
                _ = try medium.write(newline, to: descriptor)
            }
            isTorn.store(false, ordering: .relaxed)
        }
        var rest = line
        while true {
            do throws(Errno) {
                let written = try medium.write(rest, to: descriptor)
                guard written < rest.count else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } catch {
                // A full disk, a terminal or a TCP socket can take a part of a line.
                guard rest.count < line.count else { throw error }
                isTorn.store(true, ordering: .relaxed)
                // If only the newline is missing, the next line begins with it.
                guard rest.count == 1 else { throw error }
                return
            }
        }
    }

    /// Whether lines were lost that no report has counted.
    package var hasLoss: Bool { lostCount.load(ordering: .relaxed) > 0 }

    /// Whether a write would be tried, or fail for another reason than a slow reader.
    var isWritable: Bool { (try? Poll.writable(descriptor.rawValue, timeout: .zero)) ?? true }

    /// Takes the lost lines, to report them; nil where there are none.
    func takeLoss() -> Loss? {
        let count = lostCount.exchange(0, ordering: .relaxed)
        guard count > 0 else { return nil }
        return Loss(count: count, reason: Errno(rawValue: lossReason.load(ordering: .relaxed)))
    }

    /// Counts lost lines, also those of a report that was lost itself.
    func restore(_ loss: Loss) {
        lossReason.store(loss.reason.rawValue, ordering: .relaxed)
        lostCount.add(loss.count, ordering: .relaxed)
    }

    /// Forgets the lost lines, which another process reports: for a child of fork(2).
    func forgetLoss() {
        lostCount.store(0, ordering: .relaxed)
        isTorn.store(false, ordering: .relaxed)
    }
}
