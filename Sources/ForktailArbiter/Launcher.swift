package import ForktailConfiguration
package import ForktailLog
package import ForktailSystem
package import ForktailTLS
import ForktailValues

/// The command line of a program that is served by forktail.
package enum Launcher {
    /// Does what the command line asks for: serves, or shows something and exits.
    ///
    /// - Parameters:
    ///   - applications: The names that the setting `app` can have; none where the program is an
    ///     application itself.
    ///   - version: The version of the program, if it has one of its own.
    ///   - own: What the program adds to the command line.
    ///   - workerClasses: Describes each class of workers.
    ///   - preload: Makes the application in the arbiter, before the first fork.
    ///   - runWorker: Serves, in the child.
    ///   - handOver: Makes the message by which another process can become the worker.
    ///   - runCommand: Runs a command of the program's own with its words, and exits.
    ///   - control: Gives a running server a command, and exits.
    ///   - runObserver: Serves status and commands, in another child.
    package static func run(
        applications: [String],
        version: String?,
        own: ApplicationDeclarations,
        workerClasses: @escaping (Configuration) -> WorkerClassTraits,
        preload: @escaping (Configuration) throws(StartFailure) -> Void,
        runWorker:
            @escaping (consuming WorkerHandoff, Configuration, LogFiles, TLSContext?) -> Never,
        handOver:
            @escaping (consuming WorkerHandoff, Configuration, LogFiles) throws(Errno) ->
            WorkerHandover,
        runCommand: (ApplicationCommand, [String], Configuration, String) -> Never,
        control: (ControlRequest, [ControlPlace], ConfigurationFailure?, String) -> Never,
        runObserver: @escaping (consuming ObserverHandoff, Configuration, LogFiles) -> Never
    ) -> Never {
        // The arbiter unblocks signals once it can handle them, whatever mask it has inherited.
        _ = SignalDisposition.blockAll()
        FileDescriptor.openStandardStreams()
        let execution = currentExecution()
        var input = input(applications: applications, version: version, execution: execution)
        input.own = own
        let surroundings = ControlSurroundings(
            environment: input.environment,
            programName: name(of: input),
            isRoot: Credentials.ownUser == 0
        )
        let loaded: LoadedConfiguration
        switch load(input) {
        case .serve(let settings): loaded = settings
        case .run(let command, let words, let settings):
            SignalDisposition.resetAll()
            SignalDisposition.setMask(.empty)
            runCommand(command, words, settings.configuration, input.programName)
        case .control(let request, let settings, let mistakes):
            SignalDisposition.resetAll()
            SignalDisposition.ignoreFailedWrites()
            SignalDisposition.setMask(.empty)
            let places = ControlPlace.all(settings, hasMistakes: mistakes != nil, surroundings)
            control(request, places, mistakes, input.programName)
        }
        var rereading = input
        rereading.readFile = reread
        ProcessTitle.prepare()
        let program = Program(
            title: "\(name(of: input)) \(input.version)",
            controlSurroundings: surroundings,
            workerClasses: workerClasses,
            loadConfiguration: { () throws(ConfigurationFailure) in
                guard case .serve(let loaded) = try ConfigurationLoader.load(rereading) else {
                    preconditionFailure("the same command line asked to serve before")
                }
                return loaded
            },
            preload: preload,
            runWorker: runWorker,
            handOver: handOver,
            runObserver: runObserver
        )
        do throws(StartFailure) {
            try Arbiter(program, loaded: loaded, execution: execution).run()
        } catch {
            let variables = execution.environment.variables
            let manager = ServiceManager(
                environment: variables,
                process: Process.id,
                isService: variables[Inheritance.Variable.predecessor] == nil
            )
            // The reason is printed below.
            try? manager.fail(error)
            fail("\(error)", exitCode: error.exitCode)
        }
    }

    private static func currentExecution() -> Execution {
        do throws(Errno) {
            let execution = try Execution.current()
            // The kernel turns an empty array into a single empty argument: execve(2).
            guard execution.arguments.contains(where: { !$0.isEmpty }) else {
                fail(
                    "started with an empty argument array; pass the program's name as the first "
                        + "argument",
                    exitCode: .usage
                )
            }
            return execution
        } catch {
            fail("working directory: \(error)", exitCode: .systemError)
        }
    }

    private static func input(
        applications: [String],
        version: String?,
        execution: Execution
    ) -> ConfigurationInput {
        let path = execution.arguments.first?.description ?? "forktail"
        return ConfigurationInput(
            arguments: Array(execution.arguments.dropFirst()),
            environment: execution.environment.variables,
            programName: path.split(separator: "/").last.map(String.init) ?? path,
            version: versionText(own: version, isForktail: !applications.isEmpty),
            applications: applications,
            readFile: readFile
        )
    }

    private static func readFile(_ path: SystemString) -> ConfigurationInput.FileResult {
        do throws(Errno) {
            return .contents(try FileSystem.contents(of: path))
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    /// Reads the file for a reload, which must not block.
    private static func reread(_ path: SystemString) -> ConfigurationInput.FileResult {
        do throws(Errno) {
            guard let contents = try FileSystem.regularContents(of: path) else {
                return .failed(reason: "not a regular file, so it can be read at the start only")
            }
            return .contents(contents)
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    /// What is left to do once texts were shown.
    private enum Purpose {
        case serve(LoadedConfiguration)
        case run(ApplicationCommand, [String], LoadedConfiguration)
        case control(ControlRequest, LoadedConfiguration, mistakes: ConfigurationFailure?)
    }

    /// Loads the settings to serve with, or to find a server by; exits if the command line asks for
    /// something else.
    private static func load(_ input: ConfigurationInput) -> Purpose {
        do throws(ConfigurationFailure) {
            switch try ConfigurationLoader.load(input) {
            case .serve(let loaded): return .serve(loaded)
            case .run(let command, let words, let loaded): return .run(command, words, loaded)
            case .control(let request, let loaded, let mistakes):
                return .control(request, loaded, mistakes: mistakes)
            case .checkConfiguration(let loaded, let mistakes):
                let upgrading = input.environment[Inheritance.Variable.predecessor]?.text
                let isForUpgrade = upgrading == "\(Process.parentID)"
                report(ConfigurationCheck(loaded, isForUpgrade: isForUpgrade), mistakes)
            case .show(let text): show(text)
            }
        } catch {
            fail("\(error)", exitCode: error.exitCode)
        }
    }

    /// Prints what a check has found, and exits.
    private static func report(
        _ check: ConfigurationCheck,
        _ mistakes: ConfigurationFailure?
    ) -> Never {
        for warning in check.warnings {
            // If standard error is closed, no process reads warnings.
            try? FileDescriptor.standardStream(2).writeAll("forktail: warning: \(warning)\n")
        }
        let reasons = (mistakes.map { [$0.description] } ?? []) + check.problems
        guard reasons.isEmpty else {
            fail(
                reasons.joined(separator: "\n"),
                exitCode: mistakes?.exitCode ?? check.exitCode
            )
        }
        show("configuration OK\n")
    }

    /// What the program is called, whatever name the file of forktail itself has.
    private static func name(of input: ConfigurationInput) -> String {
        input.applications.isEmpty ? input.programName : "forktail"
    }

    /// What follows the program's name.
    ///
    /// For forktail itself it is its version; for another program the program's own, if it has one,
    /// and forktail's in parentheses.
    private static func versionText(own: String?, isForktail: Bool) -> String {
        if isForktail { return Version.number }
        let library = "(forktail \(Version.number))"
        return own.map { "\($0) \(library)" } ?? library
    }

    private static func show(_ text: String) -> Never {
        do throws(Errno) {
            try FileDescriptor.standardStream(1).writeAll(text)
            Process.leave(.success)
        } catch {
            fail("standard output: \(error)", exitCode: .systemError)
        }
    }

    private static func fail(_ reasons: String, exitCode: ExitCode) -> Never {
        let lines = reasons.split(separator: "\n").map { "forktail: \($0)\n" }
        // If standard error is closed, the exit status has to do.
        try? FileDescriptor.standardStream(2).writeAll(lines.joined())
        Process.leave(exitCode)
    }
}
