package import ForktailConfiguration
import ForktailSystem

/// The environment variables and the working directory that the settings give to the application.
package enum ApplicationEnvironment {
    /// Sets the variables and changes the directory of this process, permanently.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - fill: Returns what a placeholder in a variable stands for; without it a brace is a
    ///     character like any other.
    /// - Throws: `BootError` with the setting that can't be applied.
    package static func apply(
        _ configuration: Configuration,
        fill: ((ProgramText.Placeholder) -> String)? = nil
    ) throws {
        for (name, value) in configuration.env {
            Environment.set(name, to: try fill.map { try ProgramText(value).filled($0) } ?? value)
        }
        if let directory = configuration.chdir {
            try change(to: SystemString(directory))
        }
    }

    /// Applies the settings, runs `body`, and returns to the variables and the directory of before.
    package static func with<Result>(
        _ configuration: Configuration,
        _ body: () throws -> Result
    ) throws -> Result {
        let directory = try FileSystem.currentDirectory()
        let variables = Environment.all()
        defer { configuration.env.keys.forEach { Environment.set($0, to: variables[$0]) } }
        try apply(configuration)
        let result = try body()
        try change(to: directory)
        return result
    }

    private static func change(to directory: SystemString) throws {
        do throws(Errno) {
            try FileSystem.changeDirectory(directory)
        } catch {
            throw BootError(description: "chdir \(directory): \(error)")
        }
    }
}
