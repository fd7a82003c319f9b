package import ForktailConfiguration
import ForktailSystem
import ForktailValues

/// A process that runs a command of the program's own, and serves no client.
package enum CommandProcess {
    /// Runs the command in the environment of the application, and exits.
    package static func run(
        _ command: ApplicationCommand,
        _ words: [String],
        with configuration: Configuration,
        of programName: String
    ) -> Never {
        do {
            try ApplicationEnvironment.apply(configuration)
            try command.run(words, configuration)
        } catch {
            // If standard error is closed, the exit status has to do.
            try? FileDescriptor.standardStream(2)
                .writeAll("\(programName) \(command.name): \(error)\n")
            Process.end(error is WrongUsage ? .usage : .bootFailed)
        }
        Process.end(.success)
    }
}
