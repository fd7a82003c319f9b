import Glibc

/// A process that a test started: posix_spawn(3), never fork(2), since the test process has threads.
final class ChildProcess {
    /// How a process ended.
    enum Ending: Equatable {
        case exited(Int32)
        case signaled(Int32)
    }

    /// What a process is started with.
    struct Command {
        /// The program's path and its arguments.
        var words: [String]
        var environment: [String: String] = [:]
        var directory: String
        /// The files that standard output and standard error are written to.
        var output: String
        var errors: String
        /// What it finds open from descriptor 3 on; these have numbers above 255.
        var inherited: [Int32] = []
        /// The terminal whose session it leads, in place of an empty standard input.
        var terminal: String?
    }

    let pid: pid_t
    private(set) var ending: Ending?

    init(_ command: Command) throws {
        pid = try Self.spawn(command)
    }

    /// How it ended, if it has.
    func poll() -> Ending? {
        guard ending == nil else { return ending }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        ending = signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal)
        return ending
    }

    /// Waits for its end.
    func waitForEnd(within limit: Duration = longestWait) throws -> Ending {
        try eventually("the end of process \(pid)", within: limit) { poll() }
    }

    func send(_ signal: Int32) {
        if poll() == nil { kill(pid, signal) }
    }

    /// A group or a session of its own, default signals, and no descriptor but the standard streams and those
    /// that it is given.
    private static func spawn(_ command: Command) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_APPEND
        // A terminal that the leader of a session opens becomes the session's.
        posix_spawn_file_actions_addopen(&actions, 0, command.terminal ?? "/dev/null", O_RDWR, 0)
        posix_spawn_file_actions_addopen(&actions, 1, command.output, flags, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, command.errors, flags, 0o644)
        // What the runner of the tests left open is none of the child's business.
        for descriptor in Int32(3)..<256 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        for (position, descriptor) in command.inherited.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, 3 + Int32(position))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        // POSIX_SPAWN_SETSID, a name for GNU only.
        let leads: Int32 = command.terminal == nil ? Int32(POSIX_SPAWN_SETPGROUP) : 0x80
        let signals = Int32(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(leads | signals))
        var pid: pid_t = 0
        let words = ["/usr/bin/env", "--chdir", command.directory] + command.words
        let failure = withStrings(words) { arguments in
            withStrings(command.environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&pid, words[0], &actions, &attributes, arguments, environment)
            }
        }
        guard failure == 0 else {
            throw TestFailure("\(command.words[0]): \(String(cString: strerror(failure)))")
        }
        return pid
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
