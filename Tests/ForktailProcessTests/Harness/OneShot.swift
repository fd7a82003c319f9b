import Glibc

/// A run of an executable that ends by itself.
struct OneShot {
    let ending: ChildProcess.Ending
    let output: String
    let errors: String

    /// Runs a server that is expected not to serve.
    init(_ setup: ServerSetup, in directory: TemporaryDirectory) throws {
        try directory.write(setup.configuration(in: directory), to: "forktail.toml")
        try self.init(setup.command(in: directory))
    }

    /// Runs an executable with nothing but arguments and environment.
    init(
        _ arguments: [String],
        executable: Executable = .forktail,
        environment: [String: String] = [:],
        in directory: TemporaryDirectory
    ) throws {
        var setup = ServerSetup(executable: executable, environment: environment)
        setup.bind = []
        var command = setup.command(in: directory)
        command.words = [executable.path] + arguments
        try self.init(command)
    }

    /// Runs any program, by its path.
    init(_ words: [String], searchPath: String, in directory: TemporaryDirectory) throws {
        var command = ServerSetup().command(in: directory)
        command.words = words
        command.environment = ["PATH": searchPath, "HOME": directory.path]
        // Browsers and compilers take seconds to start on a busy machine.
        try self.init(command, within: .seconds(60))
    }

    private init(_ given: ChildProcess.Command, within limit: Duration = longestWait) throws {
        var command = given
        command.output = "\(given.directory)/oneshot.out"
        command.errors = "\(given.directory)/oneshot.err"
        unlink(command.output)
        unlink(command.errors)
        let process = try ChildProcess(command)
        defer { process.send(SIGKILL) }
        ending = try process.waitForEnd(within: limit)
        output = ProcessTable.text(of: command.output)
        errors = ProcessTable.text(of: command.errors)
    }
}
