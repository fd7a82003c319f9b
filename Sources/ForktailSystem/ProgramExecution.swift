import CForktail
import Glibc

/// Turns a worker into another program.
package enum ProgramExecution {
    /// Looks for the executable file of a command, as execvp(3) does.
    ///
    /// - Parameters:
    ///   - name: A path, or a name that is looked up.
    ///   - search: Where it is looked up, as PATH has it; nil for this process's own PATH.
    ///   - directory: Where a relative path begins; nil for this process's own directory.
    /// - Returns: Its path, relative to that directory if it is relative.
    /// - Throws: `.noEntry` where there is none; `.permissionDenied` where there is one that can't be
    ///   executed.
    package static func find(
        _ name: String,
        search: String? = nil,
        directory: String? = nil
    ) throws(Errno) -> String {
        if name.contains("/") {
            try check(name, in: directory)
            return name
        }
        var failure = Errno.noEntry
        let search = search ?? Environment.value(of: "PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        for place in search.split(separator: ":", omittingEmptySubsequences: false) {
            let path = place.isEmpty ? "./\(name)" : "\(place)/\(name)"
            do throws(Errno) {
                try check(path, in: directory)
                return path
            } catch .permissionDenied {
                failure = .permissionDenied
            } catch {
                continue
            }
        }
        throw failure
    }

    private static func check(_ path: String, in directory: String?) throws(Errno) {
        var path = path
        if let directory, !path.hasPrefix("/") { path = "\(directory)/\(path)" }
        var status = stat()
        try ForktailSystem.check { stat(path, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .permissionDenied }
        try ForktailSystem.check { faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) }
    }

    /// The descriptors that a program begins with; all others are closed by execve(2).
    package struct Descriptors {
        /// Standard input; nil for /dev/null.
        package var input: CInt?
        /// Standard output and standard error.
        package var output: CInt
        /// What it finds from 3 on.
        package var others: [CInt]

        /// Makes the list.
        package init(input: CInt?, output: CInt, others: [CInt]) {
            self.input = input
            self.output = output
            self.others = others
        }
    }

    /// Gives the descriptors the numbers at which the program expects them.
    ///
    /// From here on this process can write to standard error only: other descriptors may have been
    /// replaced.
    package static func arrange(_ descriptors: Descriptors) throws(Errno) {
        let nowhere = try ForktailSystem.check { open("/dev/null", O_RDONLY | O_CLOEXEC) }
        let wanted =
            [descriptors.input ?? nowhere, descriptors.output, descriptors.output]
            + descriptors.others
        let end = CInt(wanted.count)
        // Out of the way first: a wanted number may be that of another one of them.
        var copies: [CInt] = []
        for number in wanted {
            copies.append(try ForktailSystem.check { fcntl(number, F_DUPFD_CLOEXEC, end) })
        }
        for (number, copy) in copies.enumerated() {
            try ForktailSystem.check { dup2(copy, CInt(number)) }
        }
        try ForktailSystem.check { forktail_close_on_exec_from(UInt32(end)) }
    }

    /// What to do where an executable file that exists can't be executed, to follow the reason in a
    /// message; empty where the reason says it: execve(2).
    package static func advice(on error: Errno) -> String {
        switch error {
        case .noExecutableFormat: " (a script needs a line such as #!/bin/sh)"
        case .noEntry: " (the file is there, but the interpreter that it names is not)"
        default: ""
        }
    }

    /// Becomes a program, with the environment of this process; returns only why it failed: execv(3).
    package static func execute(_ path: String, arguments: [String]) -> Errno {
        let words = arguments.map { strdup($0) } + [nil]
        execv(path, words)
        return .current
    }

    /// Makes this process the parent of its orphaned descendants: prctl(2).
    package static func adoptOrphans() throws(Errno) {
        try ForktailSystem.check { forktail_become_subreaper() }
    }
}
