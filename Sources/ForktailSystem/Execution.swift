import CForktail
import Glibc

/// How a program was started, so that it can be started again in the same way.
package struct Execution: Sendable {
    /// The path of the executable as it is looked up anew, from the root.
    package let path: String
    /// The command line with the program's name.
    package let arguments: [String]
    /// The environment.
    package let environment: [String: String]
    /// The working directory.
    package let directory: String

    /// Notes how this process was started.
    ///
    /// The path is the one that the command line gives, not the file's own: a new file under the
    /// same name is what an upgrade is about.
    package static func current() throws(Errno) -> Execution {
        let directory = try FileSystem.currentDirectory()
        let arguments = ownArguments
        let environment = Environment.all()
        return Execution(
            path: resolve(arguments.first ?? "", in: directory, search: environment["PATH"] ?? ""),
            arguments: arguments,
            environment: environment,
            directory: directory
        )
    }

    /// The command line as the loader has handed it over; Swift's own may be empty.
    private static var ownArguments: [String] {
        // SAFETY: as many pointers as the count says, to strings that live as long as the process.
        (0..<Int(forktail_argument_count())).compactMap { position in
            forktail_arguments()[position].map { String(cString: $0) }
        }
    }

    private static func resolve(_ name: String, in directory: String, search: String) -> String {
        if name.hasPrefix("/") { return name }
        if name.contains("/") { return "\(directory)/\(name)" }
        let candidates = search.split(separator: ":").map { "\($0)/\(name)" }
        return candidates.first { access($0, X_OK) == 0 } ?? "/proc/self/exe"
    }

    /// Sends what this process writes to standard output from here on to /dev/null.
    package static func silenceOutput() throws(Errno) {
        let nowhere = try check { open("/dev/null", O_WRONLY | O_CLOEXEC) }
        defer { close(nowhere) }
        try check { dup2(nowhere, STDOUT_FILENO) }
    }

    /// Becomes the program, and returns only when that fails: chdir(2), execve(2).
    ///
    /// - Parameters:
    ///   - more: Arguments behind those of the command line.
    ///   - changes: Variables to set, or to remove where there is no value.
    /// - Returns: Why it failed.
    package func execute(adding more: [String] = [], changing changes: [String: String?]) -> Errno {
        guard chdir(directory) == 0 else { return .current }
        var variables = environment
        for (name, value) in changes {
            variables[name] = value
        }
        let words = (arguments + more).map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(path, words, settings)
        return .current
    }
}
