import ForktailValues
import Testing

@testable import ForktailConfiguration

/// The built-in applications of the executable.
let applications = ["hello", "echo", "files"]

/// Returns the input of a loading whose configuration file, `f.toml`, has a given text.
func input(
    file: String? = nil,
    environment: [String: String] = [:],
    arguments: [String] = [],
    applications: [String] = applications
) -> ConfigurationInput {
    ConfigurationInput(
        arguments: ((file == nil ? [] : ["-c", "f.toml"]) + arguments).map { SystemString($0) },
        environment: environment.mapValues { SystemString($0) },
        programName: "forktail",
        version: "1.2.3",
        applications: applications,
        readFile: { path in
            guard path == "f.toml", let file else {
                return .failed(reason: "No such file or directory")
            }
            return .contents(Array(file.utf8))
        }
    )
}

/// Returns the settings of a command line that serves.
func load(_ input: ConfigurationInput) throws -> LoadedConfiguration {
    guard case .serve(let loaded) = try ConfigurationLoader.load(input) else {
        throw UnexpectedInvocation()
    }
    return loaded
}

/// Returns the text that a loading shows.
func show(_ input: ConfigurationInput) throws -> String {
    guard case .show(let text) = try ConfigurationLoader.load(input) else {
        throw UnexpectedInvocation()
    }
    return text
}

/// Returns the mistakes of a loading, one a line, and its exit status.
func failure(_ input: ConfigurationInput) -> (lines: [String], status: Int32?) {
    let failure = #expect(throws: ConfigurationFailure.self) {
        try ConfigurationLoader.load(input)
    }
    let lines = failure?.description.split(separator: "\n").map(String.init) ?? []
    return (lines, failure?.exitCode.rawValue)
}

/// A loading asked for something else than the test expects.
struct UnexpectedInvocation: Error {}
