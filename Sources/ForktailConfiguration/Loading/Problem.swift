/// One mistake in the settings or on the command line.
package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// Where the mistake was made.
    package enum Place: Hashable, Sendable {
        /// In the configuration file; without a position where the file can't be read at all.
        case file(path: String, position: TOMLPosition?)
        /// In the environment.
        case environment(String)
        /// In the value of a flag.
        case flag(String)
        /// In the way that the command line is written.
        case usage
    }

    /// Where the mistake was made.
    package let place: Place
    /// The setting that it concerns, where it concerns one.
    package let setting: String?
    /// What is wrong, and what is allowed.
    package let reason: String

    /// The mistake as one line: `config/forktail.toml:7:1: backlog: …`.
    package var description: String {
        let subject = setting.map { "\($0): \(reason)" } ?? reason
        return switch place {
        case .file(let path, let position?): "\(path):\(position): \(subject)"
        case .file(let path, nil): "\(path): \(subject)"
        case .environment(let name): "environment \(name): \(subject)"
        case .flag(let name): "flag \(name): \(subject)"
        case .usage: subject
        }
    }
}

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
