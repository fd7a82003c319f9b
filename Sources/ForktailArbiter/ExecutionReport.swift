import ForktailSystem

/// What a child that was to become another program says of its failure: a pipe that execve(2) closes.
final class ExecutionReport {
    private let reading: FileDescriptor
    private let writing: FileDescriptor

    init() throws(Errno) {
        let ends = try Pipe.open()
        reading = FileDescriptor(owning: ends.reading)
        writing = FileDescriptor(owning: ends.writing)
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
