/// Every mistake that was found in the settings and on the command line.
package struct ConfigurationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The mistakes, at least one: those of the file, of the environment, of the command line.
    package let problems: [Problem]

    /// The code to exit with.
    package var exitCode: ExitCode {
        problems.contains { $0.place == .usage } ? .usage : .configuration
    }

    /// The mistakes, one a line.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
