import ForktailTestSupport

/// What a server is started with.
struct ServerSetup {
    var executable = Executable.testApp
    /// The executable's path, where it is not where the package has it.
    var executablePath: String?
    var workers = 2
    /// More settings, as lines of the file.
    var settings = ""
    /// Where to listen, if the settings say it; a socket's path without a slash is one in the server's directory.
    var bind = ["127.0.0.1:0"]
    var arguments: [String] = []
    var environment: [String: String] = [:]
    /// A command that starts the server, such as prlimit(1).
    var wrapper: [String] = []
    /// Whether that command stays as the arbiter's parent.
    var wrapperForks = false
    /// What the server finds open from descriptor 3 on.
    var inherited: [Int32] = []
    /// The terminal in which it is started, if it is in one.
    var terminal: String?
    /// How many workers are ready before the test begins, where it isn't all of them.
    var ready: Int?
    /// Whether workers start processes that become children of the arbiter.
    var hasDaemons = false
    /// How long the test waits for what must happen.
    var longestWait = ForktailProcessTests.longestWait

    var readyWorkers: Int { ready ?? workers }

    /// The text of the configuration file.
    func configuration(
        in directory: TemporaryDirectory,
        workers: Int? = nil,
        settings: String? = nil,
        bind: [String]? = nil
    ) -> String {
        let isSecure = speaksTLS(settings ?? self.settings)
        let addresses = (bind ?? self.bind).map { address in
            if isSecure, address == "127.0.0.1:0" { return "https://127.0.0.1:0" }
            let name = address.hasPrefix("unix:") ? String(address.dropFirst(5)) : "/"
            return name.contains("/") ? address : "unix:\(directory.path(of: name))"
        }
        let usesCertificate = isSecure && addresses.contains { $0.hasPrefix("https") }
        let list = """
            bind = [\(addresses.map { "\"\($0)\"" }.joined(separator: ", "))]
            """
        return """
            \(addresses.isEmpty ? "" : list)
            workers = \(workers ?? self.workers)
            \(form(for: settings ?? self.settings))
            \(controlSocket(for: settings ?? self.settings))
            \(kind(for: settings ?? self.settings).settings)
            \(usesCertificate ? TestCertificate.shared.setting : "")
            \(settings ?? self.settings)

            """
    }

    /// Whether the clients speak TLS, where the settings of a test don't say it.
    private func speaksTLS(_ settings: String) -> Bool {
        let ownWords = ["proxy_protocol", "certificate", "\"exec\""]
        return WorkerKind.chosen == .tls && executable != .forktail
            && !ownWords.contains { settings.contains($0) }
    }

    /// Whether an application of Python takes the place of the test application.
    private var isPython: Bool {
        WorkerKind.chosen == .wsgi && executable == .testApp && executablePath == nil
            && !settings.contains("worker_class")
    }

    /// The form of the log that the harness reads, where the settings of a test don't say it.
    private func form(for settings: String) -> String {
        settings.contains("log_format") ? "" : "log_format = \"json\""
    }

    /// No control socket where all servers of root have it, unless the settings of a test name one.
    private func controlSocket(for settings: String) -> String {
        let names = ["control_socket", "pidfile"]
        return names.contains { settings.contains($0) } ? "" : "control_socket = \"\""
    }

    /// The class of the workers, where the settings of a test don't say it.
    private func kind(for settings: String) -> WorkerKind {
        settings.contains("worker_class") || WorkerKind.chosen == .wsgi && !isPython
            ? .sync : .chosen
    }

    /// What `make test-tsan` sets for servers, and not for the tests themselves.
    private static let sanitizerOptions = ProcessEnvironment.value(of: "SERVER_TSAN_OPTIONS")
    /// Whether servers run under the thread sanitizer, which has threads of its own.
    static var isSanitized: Bool { sanitizerOptions != nil }

    func command(in directory: TemporaryDirectory) -> ChildProcess.Command {
        var all = ["SWIFT_BACKTRACE": "enable=no", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        all["TSAN_OPTIONS"] = Self.sanitizerOptions
        if isPython {
            all["PYTHONPATH"] = Program.folder
            all["PYTHONDONTWRITEBYTECODE"] = "1"
        }
        all.merge(environment) { $1 }
        let executable = isPython ? .forktail : executable
        return ChildProcess.Command(
            words: wrapper + [executablePath ?? executable.path, "-c", "forktail.toml"] + arguments,
            environment: all,
            directory: directory.path,
            output: directory.path(of: "stdout"),
            errors: directory.path(of: "stderr"),
            inherited: inherited,
            terminal: terminal
        )
    }
}
