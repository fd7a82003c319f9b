import CForktail
import Glibc

/// How a program was started, so that it can be started again in the same way.
package struct Execution: Sendable {
    /// The path of the executable, as an upgrade looks it up again, from the root.
    package let path: SystemString
    /// The command line with the program's name.
    package let arguments: [SystemString]
    /// The environment.
    package let environment: EnvironmentBlock
    /// The working directory.
    package let directory: SystemString
    /// What was open beside the standard streams.
    package let descriptors: StrayDescriptors

    /// Notes how this process was started.
    ///
    /// The path is the one that the command line gives, not the file's own: a new file under the
    /// same name is what an upgrade is about.
    package static func current() throws(Errno) -> Execution {
        let descriptors = StrayDescriptors()
        let directory = try startDirectory()
        let arguments = ownArguments
        let environment = Environment.all()
        return Execution(
            path: resolve(arguments.first ?? "", in: directory, search: environment["PATH"] ?? ""),
            arguments: arguments,
            environment: environment,
            directory: directory,
            descriptors: descriptors
        )
    }

    /// The working directory; `.` where it was removed, which leaves absolute paths as they are.
    private static func startDirectory() throws(Errno) -> SystemString {
        do throws(Errno) {
            return try FileSystem.currentDirectory()
        } catch .noEntry {
            return "."
        }
    }

    /// The command line as the loader has handed it over; Swift's own may be empty.
    private static var ownArguments: [SystemString] {
        // SAFETY: as many pointers as the count says, to strings that live as long as the process.
        (0..<Int(forktail_argument_count())).compactMap { position in
            forktail_arguments()[position].map { SystemString(cString: $0) }
        }
    }

    private static func resolve(
        _ name: SystemString,
        in directory: SystemString,
        search: SystemString
    ) -> SystemString {
        let slash = UInt8(ascii: "/")
        if name.bytes.first == slash { return name }
        if name.bytes.contains(slash) { return name.path(in: directory) }
        return search.bytes.split(separator: UInt8(ascii: ":"))
            .map { name.path(in: SystemString(bytes: $0)) }
            .first { $0.withCString { access($0, X_OK) } == 0 } ?? "/proc/self/exe"
    }

    /// Sends what this process writes to standard output from here on to /dev/null.
    package static func silenceOutput() throws(Errno) {
        let nowhere = try check { open("/dev/null", O_WRONLY | O_CLOEXEC) }
        defer { close(nowhere) }
        try check { dup2(nowhere, STDOUT_FILENO) }
    }

    /// Sends what this process writes to standard error from here on to another descriptor: dup2(2).
    package static func redirectErrors(to descriptor: borrowing FileDescriptor) throws(Errno) {
        try check { dup2(descriptor.rawValue, STDERR_FILENO) }
    }

    /// Becomes the program, and returns only when that fails: chdir(2), execve(2).
    ///
    /// - Parameters:
    ///   - more: Arguments behind those of the command line.
    ///   - changes: Variables to set, or to remove where there is no value.
    /// - Returns: Why it failed.
    package func execute(
        adding more: [SystemString] = [],
        changing changes: [String: String?]
    ) -> Errno {
        do throws(Errno) {
            try FileSystem.changeDirectory(directory)
        } catch .noEntry {
            // A directory that was removed is still the current one; only relative paths need another.
        } catch {
            return error
        }
        let words = Self.pointers(to: arguments + more)
        let settings = Self.pointers(to: environment.changing(changes))
        path.withCString { _ = execve($0, words, settings) }
        return .current
    }

    /// Copies strings for a call that does not return.
    private static func pointers(to strings: [SystemString]) -> [UnsafeMutablePointer<CChar>?] {
        strings.map { $0.withCString { strdup($0) } } + [nil]
    }
}
