import Glibc

/// What a program that runs for a moment has printed.
package struct ProgramOutput: Sendable {
    /// Its standard output.
    package let text: String
    /// Its last line on standard error; empty for none.
    package let lastError: String
    /// How it ended; nil where it was killed because it took too long.
    package let status: ExitStatus?

    /// Runs a program and waits for its end: fork(2), execv(3).
    ///
    /// It is for a process that does nothing else, such as a check of the settings.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, its name included.
    ///   - limit: How long it may take.
    ///   - prepare: What the child does before it becomes the program.
    /// - Throws: What the system says.
    package init(
        of path: String,
        _ arguments: [String],
        within limit: Duration,
        prepare: () -> Void
    ) throws(Errno) {
        let output = try MemoryFile.make()
        let errors = try MemoryFile.make()
        guard let child = try Process.fork() else {
            prepare()
            SignalDisposition.resetAll()
            SignalDisposition.setMask(.empty)
            // A stream that can't be replaced shows in what is not printed.
            try? output.replaceStandardStream(1)
            try? errors.replaceStandardStream(2)
            _ = ProgramExecution.execute(path, arguments: arguments)
            Process.leave(.systemError)
        }
        let deadline = Instant.now() + limit
        var end: ExitStatus?
        while end == nil, Instant.now() < deadline {
            if let (process, status) = Process.ended(), process == child { end = status }
            if end == nil { Process.sleep(for: .milliseconds(5)) }
        }
        if end == nil { try Process.send(.kill, to: child) }
        waitpid(child.rawValue, nil, 0)
        status = end
        text = Self.text(of: output)
        lastError = Self.text(of: errors).split(separator: "\n").last.map(String.init) ?? ""
    }

    private static func text(of file: borrowing FileDescriptor) -> String {
        let bytes = (try? MemoryFile.contents(of: file.rawValue, upTo: 65_536)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }
}
