import Forktail
import ForktailSystem
import Glibc

/// A started program: posix_spawn(3), never fork(2), since the process of the tests has threads.
///
/// Its standard output and standard error are a file in memory, so that no log is lost.
final class TestServer {
    /// How long a test waits for what must happen.
    static let longestWait = Duration.seconds(30)

    let process: pid_t
    private let output: FileDescriptor
    /// How it ended, by waitpid(2); nil while it runs.
    private var status: Int32?

    init(_ path: String, _ arguments: [String]) throws {
        output = try MemoryFile.make()
        let address = arguments.contains { $0 == "--bind" || $0.hasPrefix("--bind=") }
        // Without a control socket, of which root has one for all servers of a name.
        let own =
            ["--log-format", "json", "--control-socket", ""]
            + (address ? [] : ["--bind", "127.0.0.1:0"])
        process = try Self.spawn([path] + own + arguments, output: output.rawValue)
    }

    deinit { kill() }

    /// Waits until a worker is ready, and returns the port of the first listener.
    func waitUntilServing() throws -> UInt16 {
        try eventually("a worker that is ready") {
            guard log.contains(where: { $0["event"]?.stringValue == "worker_ready" }) else {
                return nil
            }
            let address = log.first { $0["event"]?.stringValue == "listening" }?["address"]
            return address?.stringValue?.split(separator: ":").last.flatMap { UInt16($0) }
        }
    }

    /// Stops it as an operator does, and checks that it ends with status 0.
    func stop() throws {
        if !hasEnded { Glibc.kill(process, SIGTERM) }
        let limit = ContinuousClock.now + Self.longestWait
        while !hasEnded {
            guard ContinuousClock.now < limit else {
                kill()
                throw TestFailure("the server doesn't stop; its log:\n\(logText)")
            }
            Self.pause()
        }
        guard status == 0 else {
            throw TestFailure(
                "the server ended with wait status \(status ?? 0); its log:\n\(logText)"
            )
        }
    }

    /// Kills the arbiter, which takes its workers with it.
    func kill() {
        guard !hasEnded else { return }
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        self.status = status
    }

    private var hasEnded: Bool {
        guard status == nil else { return true }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return false }
        self.status = status
        return true
    }

    /// Waits until something is there, as long as the server runs.
    func eventually<Value>(
        _ what: String,
        within limit: Duration = longestWait,
        _ probe: () throws -> Value?
    ) throws -> Value {
        let end = ContinuousClock.now + limit
        while true {
            let isLast = hasEnded
            if let value = try probe() { return value }
            guard !isLast else { throw TestFailure("the server has ended; waited for \(what)") }
            guard ContinuousClock.now < end else {
                throw TestFailure("waited \(limit) without success for \(what)")
            }
            Self.pause()
        }
    }

    private static func pause() { usleep(5_000) }

    /// What it has written so far.
    var logText: String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = pread(output.rawValue, &buffer, buffer.count, off_t(text.count))
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer.prefix(count)
        }
    }

    /// The whole lines of it; one that is no JSON is a string.
    var log: [JSON] {
        logText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { !$0.isEmpty }
            .map { line in (try? JSON(parsing: Array(line.utf8))) ?? .string(String(line)) }
    }

    private static func spawn(_ words: [String], output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = Int32(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var process: pid_t = 0
        let code = withStrings(words) { arguments in
            withStrings(environment) {
                posix_spawn(&process, words[0], &actions, &attributes, arguments, $0)
            }
        }
        guard code == 0 else { throw failure(code, of: words[0]) }
        return process
    }

    /// That of this process, without a service manager, and without a second report of a crash, which
    /// takes seconds in a debug build.
    private static var environment: [String] {
        var lines = ["SWIFT_BACKTRACE=enable=no"]
        var place = environ
        while let line = place.pointee {
            let text = String(cString: line)
            if !["SWIFT_BACKTRACE=", "NOTIFY_SOCKET=", "LISTEN_"].contains(where: text.hasPrefix) {
                lines.append(text)
            }
            place += 1
        }
        return lines
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }

    private static func failure(_ code: Int32, of call: String) -> TestFailure {
        TestFailure("\(call): \(String(cString: strerror(code)))")
    }
}
