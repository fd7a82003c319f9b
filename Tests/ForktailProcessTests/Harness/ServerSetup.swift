/// What a server is started with.
struct ServerSetup {
    var executable = Executable.testApp
    var workers = 2
    /// More settings, as lines of the file.
    var settings = ""
    var bind = ["127.0.0.1:0"]
    var arguments: [String] = []
    var environment: [String: String] = [:]
    /// A command that starts the server, such as prlimit(1).
    var wrapper: [String] = []
    /// Whether that command stays as the arbiter's parent.
    var wrapperForks = false
    /// How many workers are ready before the test begins, where it isn't all of them.
    var ready: Int?

    var readyWorkers: Int { ready ?? workers }

    /// The text of the configuration file.
    func configuration(
        workers: Int? = nil,
        settings: String? = nil,
        bind: [String]? = nil
    ) -> String {
        let addresses = (bind ?? self.bind).map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            bind = [\(addresses)]
            workers = \(workers ?? self.workers)
            \(settings ?? self.settings)

            """
    }

    func command(in directory: TemporaryDirectory) -> ChildProcess.Command {
        var all = ["SWIFT_BACKTRACE": "enable=no", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        all.merge(environment) { $1 }
        return ChildProcess.Command(
            words: wrapper + [executable.path, "-c", "forktail.toml"] + arguments,
            environment: all,
            directory: directory.path,
            output: directory.path(of: "stdout"),
            errors: directory.path(of: "stderr")
        )
    }
}
