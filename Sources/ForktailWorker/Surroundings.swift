package import ForktailConfiguration
import ForktailSystem

/// The environment and the directory that the settings give to the application.
package enum Surroundings {
    /// Puts this process into them for good.
    package static func enter(_ configuration: Configuration) throws {
        for (name, value) in configuration.env {
            Environment.set(name, to: value)
        }
        if let directory = configuration.chdir {
            try change(to: directory)
        }
    }

    /// Puts this process into them, and back into its own directory in the end.
    package static func visit<Result>(
        _ configuration: Configuration,
        _ body: () throws -> Result
    ) throws -> Result {
        let directory = try FileSystem.currentDirectory()
        try enter(configuration)
        let result = try body()
        try change(to: directory)
        return result
    }

    private static func change(to directory: String) throws {
        do throws(Errno) {
            try FileSystem.changeDirectory(directory)
        } catch {
            throw BootError(description: "chdir \(directory): \(error)")
        }
    }
}

/// Why a worker can't boot, where it isn't the application's own error.
struct BootError: Error, CustomStringConvertible {
    let description: String
}
