import ForktailSystem

/// What a child that was to become another program says of its failure: a pipe that execve(2) closes,
/// and one that the program may get as its standard error.
///
/// Neither end of a pipe waits: of lines that don't fit into it, 64 KiB, the last ones are lost.
final class ExecutionReport {
    private let reading: FileDescriptor
    private let writing: FileDescriptor
    private let readingErrors: FileDescriptor
    private let writingErrors: FileDescriptor

    init() throws(Errno) {
        let ends = try Pipe.open()
        reading = FileDescriptor(owning: ends.reading)
        writing = FileDescriptor(owning: ends.writing)
        let errors = try Pipe.open()
        readingErrors = FileDescriptor(owning: errors.reading)
        writingErrors = FileDescriptor(owning: errors.writing)
    }

    /// Makes the standard error of this process, the child, a part of the report.
    func takeErrors() throws(Errno) {
        try Execution.redirectErrors(to: writingErrors)
    }

    /// Returns the lines that a child that has ended has written to standard error, without the name
    /// of the program at their start.
    func readErrors() -> [String] {
        var output = OutputLines()
        var lines: [String] = []
        // An empty pipe, EAGAIN, is the end; a process that the child left behind may still write.
        for _ in 0..<64 {
            guard let chunk = try? readingErrors.readChunk(), !chunk.isEmpty else { break }
            lines += output.take(chunk)
        }
        lines += output.finish()
        return lines.map { $0.hasPrefix("forktail: ") ? String($0.dropFirst(10)) : $0 }
    }

    /// Says, in the child, why it could not become the program.
    func send(_ error: Errno) {
        // The status of the child has to do where this fails.
        try? writing.write(byte: UInt8(clamping: error.rawValue))
    }

    /// Returns what a child that has ended has said; nil if it became the program.
    func read() -> Errno? {
        // An empty pipe, EAGAIN, says that the program ran.
        (try? reading.readChunk())?.first.map { Errno(rawValue: CInt($0)) }
    }
}
